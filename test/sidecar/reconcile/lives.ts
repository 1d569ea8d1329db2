import fc from 'fast-check';
import { minor, sum } from '../../../sidecar/domain/money.ts';
import type { OrderLine, StoreOrder } from '../../../sidecar/domain/order.ts';
import { gross } from '../../../sidecar/domain/parts.ts';
import type { Setup } from '../../../sidecar/domain/setup.ts';
import type { BookedAction, OrderBooks } from '../../../sidecar/reconcile/order-books.ts';
import type { OrderStanding } from '../../../sidecar/reconcile/reasons.ts';
import { Books } from '../support/books.ts';
import { line, order, payment, refund, setup } from '../support/orders.ts';

/**
 * Generated lives of orders over several days: placed around midnight, paid in part or too much, edited, refunded in a later month,
 * cancelled, in any currency and time zone. Persons answer every question.
 */
export interface Life {
  id: number;
  order: StoreOrder;
  setup: Setup;
  books: Books;
  /** Null once everything is posted; else why not. */
  stopped: string | null;
}

const anyLine = fc.record({
  kind: fc.constantFrom('product' as const, 'product' as const, 'shipping' as const, 'fee' as const),
  net: fc.integer({ min: 1, max: 60_000 }),
  tax: fc.integer({ min: 0, max: 5_000 }),
});

const anyEvent = fc.record({
  type: fc.constantFrom(
    'pay',
    'pay',
    'pay-more',
    'refund',
    'refund',
    'edit',
    'remove',
    'delete-refund',
    'cancel',
    'take-back',
    'look',
  ),
  share: fc.constantFrom(0.01, 0.3, 1),
  hours: fc.integer({ min: 0, max: 400 }),
  size: fc.integer({ min: 1, max: 70_000 }),
});

export const anyStory = fc.record({
  lines: fc.array(anyLine, { minLength: 1, maxLength: 4 }),
  events: fc.array(anyEvent, { maxLength: 8 }),
  placed: fc.integer({ min: Date.parse('2026-10-28T00:00:00Z'), max: Date.parse('2026-11-06T00:00:00Z') }),
  currency: fc.constantFrom('USD', 'USD', 'EUR', 'JPY', 'KWD'),
  gateway: fc.constantFrom('stripe', 'bacs', ''),
  rounding: fc.constantFrom(0, 0, 1, -1),
});
export type Story = typeof anyStory extends fc.Arbitrary<infer T> ? T : never;

export const anySetup: fc.Arbitrary<Setup> = fc
  .record({
    taxMode: fc.constantFrom('lines' as const, 'account' as const),
    settlement: fc.constantFrom('unapplied' as const, 'clearing' as const),
    timeZone: fc.constantFrom('America/New_York', 'Pacific/Kiritimati', 'Asia/Kolkata', 'Pacific/Pago_Pago', 'UTC'),
  })
  .map(({ taxMode, settlement, timeZone }) =>
    setup({ taxMode, timeZone, settlements: [{ gateway: '*', settlement, activity: 'Clearing', refundsItself: true }] }),
  );

/** A deleted refund's id is never used again. */
let nextRefund = 1;
const DECIMALS: Record<string, number> = { JPY: 0, KWD: 3 };

/** Lives a story through; `seen` says after which share of its events the order was looked at and posted. */
export function live(id: number, story: Story, setup: Setup): Life {
  const books = new Books(setup);
  let clock = story.placed;
  let itemId = id * 100;
  const lines = story.lines.map(
    ({ kind, net, tax }): OrderLine => line(itemId++, net, kind === 'product' ? Math.min(tax, net) : 0, { kind }),
  );
  const life: Life = {
    id,
    order: order({
      id,
      number: String(id),
      lines,
      currency: story.currency,
      decimals: DECIMALS[story.currency] ?? 2,
      paymentMethod: story.gateway,
      createdAt: new Date(clock).toISOString().replace('.000Z', 'Z'),
    }),
    setup,
    books,
    stopped: null,
  };
  retotal(life.order, story.rounding);
  post(life);
  for (const event of story.events) {
    clock += event.hours * 3_600_000;
    life.order = structuredClone(life.order);
    happen(life.order, event, new Date(clock).toISOString().slice(0, 19), story);
    if (event.type === 'look' || event.share < 1) post(life);
  }
  post(life);
  return life;
}

function retotal(into: StoreOrder, rounding = 0): void {
  into.total = minor(Math.max(0, sum(into.lines.map(gross)) + rounding));
}

function happen(into: StoreOrder, event: Story['events'][number], second: string, story: Story): void {
  const at = `${second}Z`;
  const refunded = sum(into.refunds.map(({ amount }) => amount));
  const due = Math.max(0, into.total - refunded - sum(into.payments.map(({ amount }) => amount)));
  switch (event.type) {
    case 'pay':
    case 'pay-more': {
      const amount = Math.ceil(due * event.share) + (event.type === 'pay-more' ? event.size : 0);
      const gateway = event.size % 5 === 0 ? 'cash' : story.gateway;
      if (amount > 0)
        into.payments.push(payment(amount, { id: String(into.id * 10 + into.payments.length), paidAt: at, gateway }));
      break;
    }
    case 'refund': {
      const amount = Math.floor((into.total - refunded) * event.share);
      if (amount > 0) into.refunds.push(refund(into.id * 1_000 + nextRefund++, amount, { createdAt: at }));
      break;
    }
    case 'delete-refund':
      into.refunds.pop();
      break;
    case 'edit':
      into.lines = into.lines.map((row, index) =>
        index === 0 ? { ...row, net: minor(event.size), subtotal: minor(event.size) } : row,
      );
      retotal(into, story.rounding);
      break;
    case 'remove':
      if (into.lines.length > 1) into.lines = into.lines.slice(1);
      retotal(into, story.rounding);
      break;
    case 'cancel':
      into.status = event.share < 1 ? 'cancelled' : 'completed';
      break;
    case 'take-back': {
      const last = into.payments.at(-1);
      if (last && event.share < 1) last.takenBackAt = at;
    }
  }
}

/** What derive and plan refuse; or what the books refuse to carry out, which is not ours to judge: the order stays half-way. */
const STOPPED = /^(?:derive|plan): (?:(?:excluded|waiting) )?([\w.]+)|^(apply|unapply|settle) /;

/** Posts what can be posted, answering every question once. */
function post(life: Life): void {
  const { books } = life;
  for (let round = 0; round < 20; round += 1) {
    try {
      const { blocked } = books.post(life.order);
      life.stopped = blocked?.code ?? null;
      const question = blocked && 'question' in blocked ? blocked.question : undefined;
      if (!question || books.decisions.some((decision) => decision.question === question.id)) return;
      books.decide(question.id, question.choices[0]?.id ?? '');
    } catch (error) {
      life.stopped = STOPPED.exec((error as Error).message)?.find((part, index) => index > 0 && part) ?? null;
      if (!life.stopped) throw error;
      return;
    }
  }
}

/** What would be read from our tables. */
export function booksOf(life: Life, over: Partial<OrderStanding> = {}): OrderBooks {
  const { state, decisions } = life.books;
  let id = 0;
  const action = (kind: BookedAction['kind'], from: string, to: string | null, amount: number): BookedAction => ({
    ...{ id: ++id, kind, from, to, activity: null, amount, state: 'done', applicationId: null },
    accountingDate: '2026-11-23',
    doneAtMs: Date.parse('2026-11-23T12:00:00Z'),
  });
  return {
    orderId: life.id,
    number: life.order.number,
    order: life.order,
    standing: {
      state: life.stopped ? 'attention' : 'posted',
      code: life.stopped,
      message: null,
      action: null,
      queued: false,
      ...over,
    },
    decisions,
    fees: [],
    documents: state.documents.map((document) => ({
      number: document.number,
      kind: document.kind,
      what: document.what,
      state: 'posted',
      oracleId: document.oracleId,
      sent: document.amount,
      held: document.amount,
      open: life.books.open(document.number),
      currency: document.currency,
      decimals: life.order.decimals,
      documentDate: document.accountingDate,
      accountingDate: document.accountingDate,
      businessUnit: document.businessUnit,
      taxMode: document.taxMode,
      wrong: false,
      reading: null,
    })),
    actions: [
      ...state.applications.map(({ from, to, amount }) =>
        action(from.includes('-P') ? 'apply-receipt' : 'apply-credit-memo', from, to, amount),
      ),
      ...state.settlements.map(({ from, amount }) => action('settle', from, null, amount)),
      ...state.reversals.map((from) =>
        action('reverse-receipt', from, null, life.books.state.documents.find((each) => each.number === from)?.amount ?? 0),
      ),
    ],
  };
}
