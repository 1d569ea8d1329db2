import type { Setup } from '../../sidecar/domain/setup.ts';
import type { OrderSummary } from '../../sidecar/http/admin-contract.ts';
import { isoDecimals } from '../fixtures/iso-4217.ts';
import { accountsOf, type Document, type OracleSide, overdrawn, total } from './oracle-side.ts';
import type { ProofShop } from './shop.ts';
import { isUneven, unitsOf } from './units.ts';
import type { Acted, LiveFacts, OrderFacts } from './wish.ts';

/** What is known of an order apart from the sidecar: what the shop said after each act, and what people decided. */
export interface History {
  /** As the shop last said. */
  facts: OrderFacts;
  /** As the shop said last before the order was deleted. */
  last: LiveFacts;
  /** As the shop said when the sidecar was last told of it: a refund that was deleted with its order before that is unknown to it. */
  heard: LiveFacts;
  /** All that the shop ever said of it, the last included. */
  said: LiveFacts[];
  /** Minor units; `reported`: told by another plugin, not by the order's paid date. */
  payments: Paid[];
  decisions: { question: string; choice: string }[];
  /** Every refund it ever had, by id. */
  refunds: Map<number, string>;
  /** Its lines were changed while it had refunds: what was refunded and what stands now may lie on different accounts. */
  editedAfterRefund: boolean;
}

interface Paid {
  amount: number;
  at: number;
  takenBack: boolean;
  reported: boolean;
  /** Received again under the date of before: the same money while the receipt of what was taken back stands. */
  again?: true;
  /** The payment that this one is a part of, told anew. */
  partOf?: Paid;
}

/** A report that comes at most this much after the paid date is part of that payment (decisions/0006). */
const SAME_PAYMENT_S = 600;

export const newHistory = (facts: LiveFacts): History => {
  const history: History = {
    facts,
    last: facts,
    heard: facts,
    said: [facts],
    payments: [],
    decisions: [],
    refunds: new Map(facts.refunds.map(({ id, amount }) => [id, amount])),
    editedAfterRefund: false,
  };
  if (facts.paidAt !== null) received(history, facts.total, facts.paidAt);
  return history;
};

/** Adds what one act did. */
export function remember(history: History, acted: Acted): void {
  for (const move of acted.money) {
    if (move.kind === 'received') received(history, move.amount, move.at);
    else if (move.kind === 'received-again') receivedAgain(history, move.amount, move.at);
    else if (move.kind === 'reported') reported(history, move.amount, move.at);
    else for (const payment of history.payments) payment.takenBack ||= !payment.reported;
  }
  const { facts } = acted;
  history.facts = facts;
  if (facts.gone) return;
  history.editedAfterRefund ||=
    history.last.refunds.length > 0 && JSON.stringify(facts.items) !== JSON.stringify(history.last.items);
  history.last = facts;
  history.said.push(facts);
  for (const { id, amount } of facts.refunds) history.refunds.set(id, amount);
}

/** The sidecar was told of everything up to now. */
export function hearOf(history: History): void {
  if (!history.facts.gone) history.heard = history.facts;
}

/** The paid date pays what is left. */
function received(history: History, due: string, at: number): void {
  const parts = history.payments.filter((payment) => payment.reported && payment.at <= at + SAME_PAYMENT_S);
  const amount = Math.max(0, inUnits(history, due) - total(parts));
  history.payments.push({ amount, at, takenBack: false, reported: false });
}

function receivedAgain(history: History, due: string, at: number): void {
  if (!history.payments.findLast((payment) => !payment.reported)?.takenBack) return;
  received(history, due, at);
  const last = history.payments.at(-1);
  if (last) last.again = true;
}

/** A part that the paid date has covered already is not counted twice: that payment is taken back, and its rest takes its place. */
function reported(history: History, amount: string, at: number): void {
  const part = inUnits(history, amount);
  const whole = history.payments.findLast((payment) => !payment.reported && !payment.takenBack);
  if (whole && whole.amount > 0 && at <= whole.at + SAME_PAYMENT_S) {
    whole.takenBack = true;
    const partOf = whole.partOf ?? whole;
    const again = whole.again && { again: whole.again };
    const rest = { ...again, at: whole.at, amount: Math.max(0, whole.amount - part), takenBack: false, reported: false, partOf };
    history.payments.push(rest, { amount: part, at, takenBack: false, reported: true, partOf });
    return;
  }
  history.payments.push({ amount: part, at, takenBack: false, reported: true });
}

const inUnits = (history: History, text: string): number => unitsOf(text, isoDecimals(history.last.currency));

/**
 * Verdict over one order: `balances`; `left-out`: never sold, and Oracle holds nothing of it; `waits` with a reason that the shop's own
 * facts bear out; or `wrong`.
 */
export type Verdict =
  | { verdict: 'balances' }
  | { verdict: 'left-out'; code: string }
  | { verdict: 'waits'; code: string }
  | { verdict: 'wrong'; why: string };

/** `asking`: people may still answer. `final`: they have, so that only what nobody can answer may wait. */
export type When = 'asking' | 'final';

/** The shop's figures of the design's section 5, in minor units. */
export interface StoreSide {
  value: number;
  refunds: number;
  paid: number;
}

const choiceOf = (history: History, question: string): string | undefined =>
  history.decisions.findLast((decision) => decision.question === question)?.choice;

/** Value, refunds and payments as the design's section 5 has them, from the shop's facts; Oracle says only which payments it got. */
export function storeSide(history: History, oracle: OracleSide, setup: Setup): StoreSide {
  const { facts } = history;
  const last = lastKnown(history);
  const decimals = isoDecimals(last.currency);
  const units = (amounts: string | string[]): number => unitsOf(amounts, decimals);
  const standing = last.refunds.filter((refund) => !refund.pending);
  const returned = (id: number) => choiceOf(history, `refund-${id}`) === 'returns-overpayment';
  const refunds = units(standing.filter((refund) => !returned(refund.id)).map((refund) => refund.amount));
  // A payment that the shop took back counts while its receipt stands: until a person has it reversed.
  const live = oracle.receipts.filter((receipt) => !receipt.reversed).map((receipt) => receipt.amount);
  const others = [...live];
  for (const part of history.payments.filter((payment) => payment.reported && !payment.takenBack)) {
    const at = others.indexOf(part.amount);
    if (at >= 0) others.splice(at, 1);
  }
  const standsBefore = (index: number): boolean =>
    history.payments.slice(0, index).some((one) => one.takenBack && !one.reported && others.includes(one.amount));
  const given = history.payments.filter((payment, index) => !payment.takenBack && !(payment.again && standsBefore(index)));
  const rest = [...live];
  const unposted = given.filter(({ amount }) => {
    const at = rest.indexOf(amount);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  // Parts that add up to a payment told anew are that payment, as long as its receipt stands and they have none of their own.
  const isInParts = (whole: Paid): boolean => {
    const parts = given.filter(({ partOf }) => partOf === whole);
    return (
      parts.length > 0 && total(parts) === whole.amount && parts.every((part) => part.amount === 0 || unposted.includes(part))
    );
  };
  const takenBack = history.payments.filter((payment) => payment.takenBack);
  const kept = rest.filter((amount) => takenBack.some((whole) => whole.amount === amount && !isInParts(whole)));
  const paid = total(given) + kept.reduce((sum, amount) => sum + amount, 0);

  const amount = units(last.total);
  const noSale = choiceOf(history, 'money-no-sale');
  const unsold = noSale === 'post-and-credit' || (noSale === 'keep-as-receipt' && oracle.invoices.length === 0);
  const gone = facts.gone || last.status === 'trash';
  let value = amount;
  if (gone) {
    if (unsold || choiceOf(history, 'order-deleted') === 'credit' || setup.deletedOrders === 'credit') value = 0;
  } else if (last.status === 'cancelled' || last.status === 'failed') {
    const first = Math.min(...history.payments.map((payment) => payment.at));
    const before = units(last.refunds.filter((refund) => refund.at < first).map((refund) => refund.amount));
    value = Math.min(amount, paid + before);
    if (unsold || choiceOf(history, 'order-cancelled') === 'credit') value = 0;
  }
  return { value, refunds, paid };
}

/**
 * Judges one order at rest.
 *
 * In      state  what the sidecar says of it; oracle  what the ledger holds
 * Out     `wrong` names the equation that fails and both sides
 */
export function judge(
  history: History,
  oracle: OracleSide,
  state: OrderSummary | undefined,
  { setup, flexfields }: Pick<ProofShop, 'setup' | 'flexfields'>,
  when: When = 'asking',
): Verdict {
  if (!state) return wrong('the sidecar has not heard of it');
  const store = storeSide(history, oracle, setup);
  const difference = differs(store, oracle, roundings(history, oracle, setup));
  const posted = oracle.invoices.length + oracle.receipts.length + oracle.memos.length > 0;
  const misplaced = posted
    ? (places(history, oracle, setup) ?? overdrawn(oracle) ?? channels(history, oracle, flexfields ?? false))
    : missed(history, state, setup);
  if (misplaced) return wrong(misplaced);
  if (state.state === 'posted') {
    if (!posted && (store.value - store.refunds > 0 || isForSale(history, setup)))
      return wrong('posted, but Oracle holds nothing');
    const fee = feeDiffers(history, oracle, setup);
    if (fee) return wrong(`posted, but ${fee}`);
    return difference ? wrong(`posted, but ${difference}`) : resting(history, oracle, store, setup);
  }
  const code = state.reason?.code ?? '';
  const said = `${state.state} with ${code}: ${state.reason?.message} ${state.reason?.detail ?? ''}`;
  const found = { history, oracle, store, setup, posted, difference };
  if (state.state === 'excluded') {
    const bears = LEFT_OUT[code];
    const doubt = !bears ? 'nothing says why' : posted ? 'documents are posted' : bears(found);
    return doubt ? wrong(`${said}, but ${doubt}`) : { verdict: 'left-out', code };
  }
  const bears = REASONS[code];
  if (!bears) return wrong(`${said} (${difference ?? 'balances'})`);
  const doubt = bears(found);
  if (doubt) return wrong(`${said}, but ${doubt}`);
  if (when === 'final' && !NOBODY_ANSWERS[code]?.(found))
    return wrong(`${said}, after all was answered (${difference ?? 'balances'})`);
  return { verdict: 'waits', code };
}

/** Where the documents lie: business unit, customer, day, currency and rate; and that none had to be left out. */
function places({ last, said, payments }: History, { invoices, memos, receipts }: OracleSide, setup: Setup): string | null {
  if (before(last, setup)) return 'it is from before the cut-over, and was posted';
  // Tags, statuses, totals and customers come and go: what was to be posted once stays.
  const unpaid = payments.every(({ amount }) => amount === 0);
  const reasons = said.map((facts) => exclusionOf(facts, setup) ?? (unpaid ? worthless(facts, setup) : null));
  if (!reasons.includes(null)) return `${reasons.at(-1)} all along, and it was posted`;
  const unit = unitOf(last, setup);
  const odd = [...invoices, ...memos].find((document) => document.businessUnit !== unit.businessUnit);
  if (odd) return `${odd.number} belongs to ${odd.businessUnit}, not to ${unit.businessUnit}`;
  const accounts = new Set([...invoices, ...memos, ...receipts].map((document) => document.account));
  if (accounts.size > 1) return `its documents lie on accounts ${[...accounts].join(', ')}`;
  const sale = invoices.find(({ number }) => /-\d+$/.test(number));
  if (!sale) return null;
  const day = dayOf(last.placedAt, unit.timeZone);
  if (sale.date !== day) return `${sale.number} is of ${sale.date}, the order of ${day} in ${unit.timeZone}`;
  if (setup.closedPeriod === 'hold' && sale.accountingDate !== day)
    return `${sale.number} is booked on ${sale.accountingDate}, but it was to wait for ${day}`;
  return rates(sale, memos, last.currency, unit, setup.conversionRateType);
}

/** What was to be left out, and waits for something else instead. Deleted orders are left out for that. */
function missed(history: History, { state, reason }: OrderSummary, setup: Setup): string | null {
  if (state === 'excluded' || isGone(history)) return null;
  const named = exclusionOf(history.last, setup) ?? (moneyKept(history) > 0 ? null : worthless(history.last, setup));
  return named && `${named}, but it is ${state} ${reason?.code ?? ''}`;
}

/** Header and lines of a document carry the channel that the order had at one time; without the rules for it there is no flexfield. */
function channels({ said }: History, { invoices, memos }: OracleSide, filled: boolean): string | null {
  const known = new Set(said.map(({ channel }) => channel));
  for (const { number, channels } of [...invoices, ...memos]) {
    if (!filled) {
      if (channels.some((one) => one !== null)) return `${number} has a flexfield, ${channels.join(', ')}, that no rule fills`;
      continue;
    }
    const [header, ...lines] = channels;
    if (header === undefined || header === null || !known.has(header))
      return `${number} names the channel "${header}", the order "${[...known].join('", "')}"`;
    // Whether Oracle keeps the space after "from" where no word follows is left open.
    const odd = lines.find((line) => line?.trim() !== `from ${header}`.trim());
    if (odd !== undefined) return `a line of ${number} says "${odd}", its header "${header}"`;
  }
  return null;
}

function rates(
  sale: Document,
  memos: readonly Document[],
  currency: string,
  unit: ReturnType<typeof unitOf>,
  type: string,
): string | null {
  if (currency === unit.ledgerCurrency) {
    return sale.rate === null || Number(sale.rate) === 1 ? null : `${sale.number} in ${currency} has the rate ${sale.rate}`;
  }
  const wanted = type === 'User' ? unit.userRates[currency] : undefined;
  if (wanted !== undefined && Number(sale.rate) !== Number(wanted))
    return `${sale.number} has the rate ${sale.rate}, the set-up ${wanted}`;
  const odd = memos.find((memo) => !/-M\d+$/.test(memo.number) && Number(memo.rate) !== Number(sale.rate));
  return odd ? `${odd.number} has the rate ${odd.rate}, ${sale.number} has ${sale.rate}` : null;
}

/** Orders billed to Germany belong to the European unit, where the shop has one. */
function unitOf({ country }: LiveFacts, { businessUnits, businessUnit, timeZone, ledgerCurrency, userRates }: Setup) {
  const other = country === 'DE' ? businessUnits[0] : undefined;
  return {
    businessUnit: other?.businessUnit ?? businessUnit,
    timeZone: other?.timeZone ?? timeZone,
    ledgerCurrency: other?.ledgerCurrency ?? ledgerCurrency,
    userRates: other?.userRates ?? userRates,
  };
}

/** `sv-SE` writes days as ISO 8601 does. */
const dayOf = (atS: number, timeZone: string): string => new Date(atS * 1000).toLocaleDateString('sv-SE', { timeZone });

const before = ({ placedAt }: LiveFacts, { cutOver, timeZone }: Setup): boolean =>
  cutOver !== undefined && dayOf(placedAt, timeZone) < cutOver;

/** Of the conditions, those that the proof's shops use. */
const leavesOut = (row: Setup['exclusions'][number], facts: LiveFacts): boolean =>
  (row.status ?? facts.status) === facts.status &&
  (row.gateway ?? facts.gateway) === facts.gateway &&
  (row.role ?? facts.role) === facts.role &&
  (row.createdVia ?? facts.via) === facts.via &&
  (row.metaKey === undefined || facts.test) &&
  (row.tag === undefined || facts.tags.some(({ slug, name }) => sameWord(row.tag, slug) || sameWord(row.tag, name))) &&
  (row.zeroTotal === undefined || isZero(facts.total, facts));

const sameWord = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();

const isZero = (text: string, { currency }: LiveFacts): boolean => unitsOf(text, isoDecimals(currency)) === 0;

/** The exclusion that names the order as the shop described it then, in words; null when none does. */
function exclusionOf(facts: LiveFacts, setup: Setup): string | null {
  const row = setup.exclusions.find((candidate) => leavesOut(candidate, facts));
  return row ? `the exclusion "${row.name}" names it` : null;
}

/** An order over 0.00 that no gift card paid and nothing set off, where such orders are skipped; in words. */
const worthless = (facts: LiveFacts, { zeroTotalOrders }: Setup): string | null =>
  zeroTotalOrders === 'skip' && isZero(facts.total, facts) && facts.items.every((item) => isZero(item.total, facts))
    ? 'it is worth nothing'
    : null;

/** Somebody has it in a status that is posted. */
const isForSale = (history: History, { postingStatuses }: Setup): boolean =>
  !isGone(history) && postingStatuses.includes(history.last.status);

const wrong = (why: string): Verdict => ({ verdict: 'wrong', why });

/** What a gateway kept is posted once there is a receipt, where the set-up says so, and stays with the order whatever becomes of it. */
function feeDiffers(history: History, { fees, receipts }: OracleSide, { gatewayFees }: Setup): string | null {
  const { fee, currency } = lastKnown(history);
  const posts = gatewayFees.post === 'document' && receipts.length > 0 && fee !== '';
  const kept = posts ? unitsOf(fee, isoDecimals(currency)) : 0;
  const held = -total(fees);
  return held === kept ? null : `fee: shop ${kept}, Oracle ${held} (${fees.map(({ number }) => number).join(', ')})`;
}

/** Where Oracle computes the taxes, each may be rounded to another unit than the store's. */
const computedTaxes = ({ invoices, memos }: OracleSide, setup: Setup): number =>
  setup.taxMode === 'oracle' ? [...invoices, ...memos].reduce((sum, { computed }) => sum + computed, 0) : 0;

/**
 * Refunds of digits that the currency does not count are a rounded sum together. One that was deleted, or that returned overpayment,
 * leaves the others with the amounts they were posted with: a unit each.
 */
function unevenRefunds(history: History): number {
  const { refunds, currency } = lastKnown(history);
  const returned = ({ id }: { id: number }) => choiceOf(history, `refund-${id}`) === 'returns-overpayment';
  const standing = new Set(refunds.filter((refund) => !returned(refund)).map(({ id }) => id));
  return [...history.refunds].filter(([id, amount]) => !standing.has(id) && isUneven(amount, isoDecimals(currency))).length;
}

const roundings = (history: History, oracle: OracleSide, setup: Setup): number =>
  computedTaxes(oracle, setup) + unevenRefunds(history);

/** The first of the three equations that does not hold. `rounding`: by how much sales may differ (see roundings). */
function differs({ value, refunds, paid }: StoreSide, oracle: OracleSide, rounding: number): string | null {
  const sold = total(oracle.invoices) - total(oracle.memos);
  const ought = Math.max(0, value - refunds);
  // What Oracle holds is what is owed, as far as rounding explains it.
  const owed = Math.abs(sold - ought) <= rounding ? sold : ought;
  if (sold !== owed) return `sales: shop ${owed} (${value} less ${refunds}), Oracle ${sold}`;
  const received = total(oracle.receipts.filter((receipt) => !receipt.reversed));
  if (received !== paid) return `money: shop ${paid}, Oracle ${received}`;
  const open = oracle.I - oracle.U - oracle.C;
  const settled = total(oracle.settled);
  return open === owed - (paid - settled)
    ? null
    : `balance: shop ${owed} - (${paid} - ${settled}), Oracle ${oracle.I} - ${oracle.U} - ${oracle.C}`;
}

/** What must be so once nothing is left to do. */
function resting(history: History, oracle: OracleSide, store: StoreSide, setup: Setup): Verdict {
  const tax = computedTaxes(oracle, setup);
  const rounding = roundings(history, oracle, setup);
  if (oracle.C > tax) return wrong(`at rest, but ${oracle.C} of credit memos is open`);
  if (oracle.I < 0 || oracle.U < 0) return wrong(`below zero: I ${oracle.I}, U ${oracle.U}`);
  // Only a refund's money may lie free beside an open invoice; what was paid too much pays it.
  const ofRefunds = Math.max(0, refundsOf(history) - total(oracle.settled));
  if (oracle.I > rounding && oracle.U > ofRefunds + rounding)
    return wrong(`I ${oracle.I} is open while U ${oracle.U} lies unapplied, ${ofRefunds} of it for refunds`);
  const takenBack = store.value - store.refunds <= 0 && Number(history.last.total) !== 0;
  if (takenBack && !history.editedAfterRefund) {
    // A sale that was taken back as a whole leaves nothing on any account it was posted to.
    for (const [account, amount] of accountsOf(oracle))
      if (Math.abs(amount) > (setup.taxMode === 'oracle' && TAX_ACCOUNT.test(account) ? rounding : unevenRefunds(history)))
        return wrong(`taken back, but ${account} keeps ${amount}`);
  }
  return { verdict: 'balances' };
}

/** Tax liabilities of proofSeed. */
const TAX_ACCOUNT = /-22[12]00-/;

interface Case {
  history: History;
  oracle: OracleSide;
  store: StoreSide;
  setup: Setup;
  posted: boolean;
  difference: string | null;
}

/** Of an order that is gone what was heard of it last. */
export const lastKnown = ({ facts, heard, last }: History): LiveFacts => (facts.gone || facts.status === 'trash' ? heard : last);

/** All refunds that stand, or all there are, in minor units, whatever they gave back. */
function refundsOf(history: History, which: 'standing' | 'all' = 'standing'): number {
  const facts = lastKnown(history);
  const decimals = isoDecimals(facts.currency);
  const counted = facts.refunds.filter((refund) => which === 'all' || !refund.pending);
  return unitsOf(
    counted.map((refund) => refund.amount),
    decimals,
  );
}

const moneyOf = ({ payments }: History): number => total(payments.filter((payment) => !payment.takenBack));

/** What came in and was not given back. A refund on its way counts as given back: when it fails, WooCommerce deletes it. */
const moneyKept = (history: History): number => moneyOf(history) - refundsOf(history, 'all');

const isGone = ({ facts, last }: History): boolean => facts.gone || last.status === 'trash';

/** Why an order was left out, each held against the shop's facts: what is answered says why the reason does not bear. */
const LEFT_OUT: Record<string, (found: Case) => string | null> = {
  'order.never_sold': ({ history }) => {
    if (!isGone(history) && !['cancelled', 'failed'].includes(history.last.status)) return `it is "${history.last.status}"`;
    return moneyKept(history) > 0 ? `${moneyKept(history)} was received and not returned` : null;
  },
  'order.before_cut_over': ({ history, setup }) => (before(history.last, setup) ? null : 'it was placed after it'),
  'order.excluded_by_rule': ({ history, setup }) =>
    // Read last before it was deleted or reassigned: what was heard counts as well.
    setup.exclusions.some((row) => leavesOut(row, history.last) || leavesOut(row, history.heard))
      ? null
      : 'no exclusion names it',
  'order.deleted': ({ history }) => {
    if (!isGone(history)) return 'the shop has it';
    return moneyOf(history) > 0 ? `${moneyOf(history)} was received` : null;
  },
  // Gone before anybody heard of its last edit: what was read last counts.
  'order.zero_total': ({ history, setup }) => {
    if (setup.zeroTotalOrders !== 'skip') return 'such orders are posted';
    if (!worthless(lastKnown(history), setup)) return `its total is ${history.last.total}`;
    return moneyKept(history) > 0 ? `${moneyKept(history)} was received and not returned` : null;
  },
};

/** Reasons that stand when people have done all they can. */
const NOBODY_ANSWERS: Record<string, (found: Case) => boolean> = {
  // What would have to be mended in the shop is not there any more.
  'order.edited_below_refunds': ({ history }) => history.facts.gone,
  'refund.above_invoices': ({ history }) => history.facts.gone,
  'refund.pending_at_gateway': ({ history }) => isGone(history),
  'order.tender_above_lines': ({ history }) => history.facts.gone,
};

/** Reasons to wait that a bookkeeper understands, held against the shop's facts as above. */
const REASONS: Record<string, (found: Case) => string | null> = {
  'order.not_posting_status': ({ history, setup, posted }) => {
    if (posted) return 'documents are posted';
    return [...setup.postingStatuses, 'refunded', 'cancelled', 'failed'].includes(history.last.status)
      ? `it is "${history.last.status}"`
      : null;
  },
  'period.closed': ({ history, setup }) => {
    if (setup.closedPeriod !== 'hold') return 'documents of closed periods go to the next one';
    const month = dayOf(Date.now() / 1000, setup.timeZone).slice(0, 7);
    const { placedAt, refunds } = history.last;
    const moments = [placedAt, ...refunds.map(({ at }) => at), ...history.payments.map(({ at }) => at)];
    return moments.some((at) => dayOf(at, setup.timeZone).slice(0, 7) < month) ? null : 'all of it is of this month';
  },
  'account.unmapped': ({ history }) =>
    // A product that was deleted before its order was read has no category any more.
    history.last.items.some((item) => /nobody mapped|Discontinued/.test(item.name)) ? null : 'every product has a rule',
  'order.tender_above_lines': ({ history }) => {
    const beyond = roundingOf(history.last);
    return beyond > history.last.items.length ? null : `its parts are within ${beyond} of its total`;
  },
  'refund.above_invoices': ({ store }) => (store.refunds > store.value ? null : 'its refunds are within its value'),
  'order.edited_below_refunds': ({ store }) => (store.refunds > store.value ? null : 'its refunds are within its value'),
  'oracle.receipt_not_refundable': ({ oracle }) => (oracle.U > 0 ? null : 'no receipt money is free'),
  // An order that leaves the trash by a new status leaves its refunds there (posts storage): the shop has them, and lists none.
  'store.refund_not_listed': ({ history, oracle }) =>
    oracle.memos.some(({ number }) => {
      const id = /R(\d+)$/.exec(number)?.[1];
      return id !== undefined && !history.last.refunds.some((refund) => refund.id === Number(id));
    })
      ? null
      : 'every refund is listed',
  // Payables has paid out of a receipt that a person then wants reversed.
  'oracle.receipt_refunded': ({ history, oracle }) =>
    oracle.settled.some((row) => row.target === 'refund') && history.payments.some((payment) => payment.takenBack)
      ? null
      : 'nobody asks for anything strange',
  // Only 26D pays out of a receipt; overpayment that a refund returns has no credit memo to be paid out of.
  'oracle.action_unavailable': ({ oracle }) => (oracle.U > 0 ? null : 'no receipt money is free'),
  'refund.undone_but_paying': ({ oracle }) =>
    oracle.settled.some((row) => row.target === 'refund') ? null : 'Payables pays nothing',
  'refund.pending_at_gateway': ({ history, difference }) =>
    lastKnown(history).refunds.some((refund) => refund.pending) ? difference : 'no refund is pending',
  'order.negative_total': ({ history }) => (Number(history.last.total) < 0 ? null : `its total is ${history.last.total}`),
};

/** How far the rounded parts of an order are from its rounded total, in minor units. */
function roundingOf(facts: LiveFacts): number {
  const decimals = isoDecimals(facts.currency);
  const units = (text: string): number => unitsOf(text, decimals);
  const parts = facts.items.reduce(
    (all, item) => all + units(item.total) + Object.values(item.taxes).reduce((taxes, tax) => taxes + units(tax), 0),
    0,
  );
  return Math.abs(units(facts.total) - parts);
}
