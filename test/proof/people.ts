import { OrderDetailSchema, type OrderSummary } from '../../sidecar/http/admin-contract.ts';
import { type RuleSetView, RuleSetViewSchema, UnmappedSchema, type UnmappedView } from '../../sidecar/http/rules-contract.ts';
import { Dice } from './dice.ts';
import { lastKnown, remember } from './judge.ts';
import type { SandboxLedger } from './oracle-side.ts';
import type { Player } from './play.ts';
import type { Act } from './wish.ts';
import type { World } from './world.ts';

/** Answers what is asked, all of it or a share; the number of answers. Does not wait for what follows. */
export async function answerQuestions(world: World, players: readonly Player[], share: number): Promise<number> {
  let answered = 0;
  for (const order of await world.orders()) {
    const player = players.find((candidate) => candidate.id === order.orderId);
    const question = order.reason?.question;
    if (!player || !question) continue;
    if (!new Dice(`${player.script.index}/${question.id}`).chance(share)) continue;
    const choice = question.choices[player.script.answer % question.choices.length]?.id ?? '';
    await world.decide(order.orderId, question.id, choice);
    player.history.decisions.push({ question: question.id, choice });
    player.log.push(`decided ${question.id}: ${choice}`);
    answered += 1;
  }
  return answered;
}

interface Stuck {
  world: World;
  player: Player;
  order: OrderSummary;
}

/** What a person does where an order waits and no button answers it: in the shop, in Oracle, or by a rule. True when something was done. */
type Help = (stuck: Stuck) => Promise<boolean>;

const HELP: Record<string, Help> = {
  // The buyer pays after all, or the shop calls it off.
  'order.not_posting_status': ({ world, player }) => {
    const { status } = player.history.last;
    if (player.script.answer % 2 === 1) return inShop(world, player, { do: 'status', status: 'cancelled' });
    return inShop(world, player, status === 'packing' ? { do: 'status', status: 'completed' } : { do: 'pay' });
  },
  'account.unmapped': ({ world }) => mapWhatIsUnmapped(world),
  // The gateway carries it out.
  'refund.pending_at_gateway': ({ world, player }) =>
    inShop(world, player, { do: 'finish-refund', which: player.history.last.refunds.findIndex((refund) => refund.pending) }),
  // A refund that cannot be: it is taken back.
  'refund.above_invoices': ({ world, player, order }) => {
    const named = Number(/Refund (\d+)/.exec(order.reason?.message ?? '')?.[1]);
    return inShop(world, player, {
      do: 'delete-refund',
      which: player.history.last.refunds.findIndex((refund) => refund.id === named),
    });
  },
  // The line that was taken off goes back on, as far as it was refunded.
  'order.edited_below_refunds': ({ world, player }) => inShop(world, player, addWhatLacks(player)),
  'order.negative_total': ({ world, player }) => inShop(world, player, addWhatLacks(player)),
  // A gift card on an order below zero: its plugin keeps the total at 0.00, until the order is worth more than the card.
  'order.tender_above_lines': ({ world, player }) =>
    inShop(world, player, { do: 'add-line', sku: 'ODD', quantity: 1, total: '100.00' }),
  'store.refund_not_listed': ({ world, player }) => inShop(world, player, { do: 'untrash-refunds' }),
  // The period opens again for what came late.
  'period.closed': async ({ world }) => {
    await world.setLastMonth('O');
    return true;
  },
  'oracle.receipt_not_refundable': ({ world, order }) => remit(world, order.orderId),
  'refund.undone_but_paying': stopPayment,
};

const FOR_ALL = new Set(['period.closed']);

/** Helps every order that stands still, each once; the number of orders that somebody did something about. */
export async function helpStuck(world: World, players: readonly Player[]): Promise<number> {
  let helped = 0;
  const done = new Set<string>();
  for (const order of await world.orders()) {
    const player = players.find((candidate) => candidate.id === order.orderId);
    const help = HELP[order.reason?.code ?? ''];
    if (!player || !help || order.state === 'posted' || order.state === 'excluded') continue;
    const code = order.reason?.code ?? '';
    // Once is enough for what helps all of them.
    if (!FOR_ALL.has(code) || !done.has(code)) if (!(await help({ world, player, order }))) continue;
    done.add(code);
    player.log.push(`helped with ${order.reason?.code}`);
    helped += 1;
  }
  return helped;
}

/** Now and then somebody writes what was paid too much to the clearing account; the number of orders this was done for. */
export async function settleOverpayments(world: World, players: readonly Player[]): Promise<number> {
  let settled = 0;
  for (const player of players) {
    if (player.id === 0 || player.script.answer % 3 !== 0) continue;
    const state = await world.order(player.id);
    if (state?.state !== 'posted') continue;
    const { overpayment } = OrderDetailSchema.parse(await world.admin().get(`/orders/${player.id}`));
    if (Number(overpayment) <= 0) continue;
    await world
      .admin()
      .post(`/orders/${player.id}/settle-overpayment`, { amount: overpayment, activity: 'Web Gateway Clearing' });
    player.log.push(`settled overpayment of ${overpayment}`);
    settled += 1;
  }
  return settled;
}

async function inShop(world: World, player: Player, act: Act): Promise<boolean> {
  if (player.history.facts.gone) return false;
  const [acted] = await world.act([{ ...act, order: player.id }]);
  if (acted?.refused?.startsWith('fault:')) throw new Error(`${JSON.stringify(act)}: ${acted.refused}`);
  if (acted) remember(player.history, acted);
  player.log.push(`${JSON.stringify(act)}${acted?.refused ? ` refused: ${acted.refused}` : ''}`);
  return acted?.refused === null;
}

/** A line over what the order's refunds, or zero, exceed its total by. */
function addWhatLacks({ history }: Player): Act {
  const { refunds, total } = lastKnown(history);
  const refunded = refunds.reduce((sum, refund) => sum + Number(refund.amount), 0);
  const lacks = Math.max(1, refunded - Number(total));
  return { do: 'add-line', sku: 'ODD', quantity: 1, total: lacks.toFixed(2) };
}

/** Finance gives each thing that has no account the general one of sales. */
async function mapWhatIsUnmapped(world: World): Promise<boolean> {
  const unmapped: UnmappedView = UnmappedSchema.parse(await world.admin().get('/rules/unmapped'));
  const sales = unmapped.items.filter((item) => item.rule.kind === 'revenue');
  if (sales.length === 0) return false;
  const now: RuleSetView = RuleSetViewSchema.parse(await world.admin().get('/rules'));
  const added = sales.map(({ rule, label }, at) => ({
    id: `mapped-${now.version}-${at}`,
    kind: rule.kind,
    when: rule.when,
    name: label,
    outcome: { segments: { account: '41000', costCenter: '100' } },
    position: now.rules.length + at,
    enabled: true,
  }));
  await world
    .admin()
    .put('/rules', { baseVersion: now.version, rules: [...now.rules, ...added], note: 'what orders waited for' });
  return true;
}

/** The bank remits what lies in cash. */
async function remit(world: World, orderId: number): Promise<boolean> {
  const { receipts } = await world.oracle<SandboxLedger>('GET', 'ledger');
  const cash = receipts.filter((row) => row.number.startsWith(`WEB-${orderId}-P`) && row.progress === 'confirmed');
  for (const { number } of cash) await world.oracle('POST', 'receipts', { number, progress: 'remitted' });
  return cash.length > 0;
}

/** Payables stops what the shop took back. */
async function stopPayment({ world, order: { orderId, reason } }: Stuck): Promise<boolean> {
  const ledger = await world.oracle<SandboxLedger>('GET', 'ledger');
  const refund = /Refund (\d+)/.exec(reason?.message ?? '')?.[1];
  const memo = ledger.creditMemos.find((row) => row.number === `WEB-R${refund}`);
  const paying = ledger.applications.filter((row) => row.target === 'refund' && row.status === 'applied');
  const row =
    paying.find((candidate) => candidate.fromNumber === memo?.number) ??
    paying.find(
      (candidate) =>
        candidate.fromNumber.startsWith(`WEB-${orderId}-P`) && Number(candidate.amount) === -Number(memo?.amount ?? 0),
    );
  if (!row) return false;
  await world.oracle('POST', 'refunds', { applicationId: row.id });
  return true;
}
