import { expect } from 'vitest';
import { accountsOf, type OracleSide } from '../../proof/oracle-side.ts';
import type { Balances, Walk, WalkStep } from '../../proof/walk.ts';
import type { Act } from '../../proof/wish.ts';

const PAID: Balances = [0, 0, 0];
/** 100.00, sold and not paid; see the shops of test/e2e/refunds for "packing". */
const UNPAID = { status: 'packing', paidAt: 0 };
const OPEN: Balances = [10_000, 0, 0];
const free = (amount: number): Balances => [0, amount, 0];

const documents = (side: OracleSide): string[] =>
  [...side.invoices, ...side.memos, ...side.receipts].map((document) => document.number.replace(/^WEB-\d+/, ''));
const same = (side: OracleSide, before: OracleSide): void => expect(documents(side)).toEqual(documents(before));
const nothingLeft = (side: OracleSide): void => expect([...accountsOf(side).values()].every((amount) => amount === 0)).toBe(true);

const FEE = (value: string) => ({ do: 'meta', key: '_stripe_fee', value }) as const;
const feesOf = (side: OracleSide) => side.fees.map(({ number, amount }) => [number.replace(/^WEB-\d+/, ''), amount]);

/** However the payment is taken back: a person reverses its receipt, and what is paid then has one of its own. */
const reversedAndPaidAgain = (back: Act): WalkStep[] => [
  { acts: [back], code: 'order.payment_taken_back', balances: PAID },
  { acts: [], decide: { question: /^payment-taken-back/, choice: 'reverse' }, balances: OPEN },
  {
    acts: [{ do: 'pay', transaction: 'second' }],
    balances: PAID,
    also: (side) => expect(side.receipts.map((receipt) => receipt.reversed)).toEqual([true, false]),
  },
];

export const EDITS: Walk[] = [
  {
    name: 'a line added after the payment stays open on a supplement',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [{ do: 'add-line', sku: 'ODD', quantity: 1, total: '12.34' }],
        balances: [1_234, 0, 0],
        also: (side) => expect(documents(side)).toEqual(['', '-S1', '-P1']),
      },
    ],
  },
  {
    name: 'a line removed leaves an overpayment, which an edit up takes first',
    order: {},
    placed: PAID,
    steps: [
      { acts: [{ do: 'remove-line', which: 1 }], balances: free(2_000) },
      { acts: [{ do: 'add-line', sku: 'ODD', quantity: 1, total: '12.34' }], balances: free(766) },
      { acts: [{ do: 'add-line', sku: 'ODD', quantity: 1, total: '17.66' }], balances: [1_000, 0, 0] },
    ],
  },
  {
    name: 'a line at half its price and back again ends where it was',
    order: {},
    placed: PAID,
    steps: [
      { acts: [{ do: 'price', which: 0, times: 0.5 }], balances: free(4_000) },
      { acts: [{ do: 'price', which: 0, times: 2 }], balances: PAID },
    ],
  },
  {
    name: 'a line put in the place of another is billed and credited on the accounts of both',
    order: { place: 'oakland' },
    placed: PAID,
    steps: [
      {
        acts: [
          { do: 'add-line', sku: 'WORKSHOP', quantity: 1, total: '20.00' },
          { do: 'remove-line', which: 1 },
        ],
        balances: PAID,
        also: (side) => {
          expect(documents(side)).toEqual(['', '-S1', '-C1', '-P1']);
          expect(accountsOf(side).get('01-110-41100-0000-000')).toBe(0);
          expect(accountsOf(side).get('01-130-41400-0000-000')).toBe(2_000);
        },
      },
    ],
  },
  {
    name: 'address, customer and notes change no posted document',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [
          { do: 'address', lastName: 'Moved' },
          { do: 'meta', key: '_note', value: 'gift' },
        ],
        balances: PAID,
        also: same,
      },
      {
        acts: [{ do: 'customer', customer: 1 }],
        balances: PAID,
        also: (side, before) => {
          same(side, before);
          expect(side.invoices[0]?.account).toBe(before.invoices[0]?.account);
        },
      },
    ],
  },
  {
    name: 'a product deleted from the shop changes nothing that was sold',
    order: { lines: [{ sku: 'DOOMED-1', quantity: 2 }] },
    placed: PAID,
    steps: [
      { acts: [{ do: 'delete-product', which: 0 }], balances: PAID, also: same },
      { acts: [{ do: 'refund', shape: 'full' }], balances: free(4_298), also: nothingLeft },
    ],
  },
  {
    name: 'a quantity of a quarter is billed to the cent',
    order: { lines: [{ sku: 'WEIGHED', quantity: 0.25 }] },
    placed: PAID,
    steps: [
      {
        acts: [{ do: 'quantity', which: 0, quantity: 1 }],
        balances: [1_005, 0, 0],
        also: (side) => expect(side.invoices.map((invoice) => invoice.amount)).toEqual([335, 1_005]),
      },
    ],
  },
  {
    name: 'a negative fee lowers what is owed, on an account of its own',
    order: { ...UNPAID, fees: [{ name: 'Store credit', amount: '-2.00', taxable: false }] },
    placed: [9_800, 0, 0],
    steps: [
      {
        acts: [{ do: 'status', status: 'cancelled' }],
        balances: PAID,
        also: (side, before) => {
          expect(accountsOf(before).get('01-000-12920-0000-000')).toBe(-200);
          nothingLeft(side);
        },
      },
    ],
  },
  {
    name: 'an unpaid order that is cancelled, revived and cancelled again is credited each time',
    order: UNPAID,
    placed: OPEN,
    steps: [
      { acts: [{ do: 'status', status: 'cancelled' }], balances: PAID, also: nothingLeft },
      { acts: [{ do: 'status', status: 'packing' }], balances: OPEN },
      {
        acts: [{ do: 'status', status: 'failed' }],
        balances: PAID,
        also: (side) => {
          nothingLeft(side);
          expect(documents(side)).toEqual(['', '-S1', '-C1', '-C2']);
        },
      },
    ],
  },
  {
    name: 'a paid order that is cancelled asks about its money; the refund that follows ends it',
    order: {},
    placed: PAID,
    steps: [
      { acts: [{ do: 'status', status: 'cancelled' }], code: 'order.cancelled_money_kept', balances: PAID },
      { acts: [], decide: { question: /^order-cancelled/, choice: 'wait' }, balances: PAID },
      { acts: [{ do: 'refund', shape: 'full' }], balances: free(10_000), also: nothingLeft },
    ],
  },
  {
    name: 'cancelled with its money before anything was posted: posted and credited, by a person’s choice',
    order: { status: 'pending', paidAt: 0 },
    placed: null,
    steps: [
      { acts: [{ do: 'pay' }, { do: 'status', status: 'cancelled' }], code: 'order.money_no_sale', balances: PAID },
      {
        acts: [],
        decide: { question: /^money-no-sale/, choice: 'post-and-credit' },
        balances: free(10_000),
        also: (side) => {
          expect(documents(side)).toEqual(['', '-C1', '-P1']);
          nothingLeft(side);
        },
      },
      { acts: [{ do: 'meta', key: '_note', value: 'again' }], balances: free(10_000), also: same },
    ],
  },
  {
    name: 'cancelled with its money before anything was posted: kept as a receipt, and no sale follows it',
    order: { status: 'pending', paidAt: 0 },
    placed: null,
    steps: [
      { acts: [{ do: 'pay' }, { do: 'status', status: 'cancelled' }], code: 'order.money_no_sale', balances: PAID },
      {
        acts: [],
        decide: { question: /^money-no-sale/, choice: 'keep-as-receipt' },
        balances: free(10_000),
        also: (side) => expect(documents(side)).toEqual(['-P1']),
      },
      { acts: [{ do: 'meta', key: '_note', value: 'again' }], balances: free(10_000), also: same },
    ],
  },
  {
    name: 'cancelled before anybody read it: nothing is posted',
    order: { status: 'pending', paidAt: 0 },
    placed: null,
    steps: [{ acts: [{ do: 'status', status: 'cancelled' }], code: 'order.never_sold', balances: PAID }],
  },
  {
    name: 'trashed, kept and taken out of the trash again: nothing is posted twice',
    order: {},
    placed: PAID,
    steps: [
      { acts: [{ do: 'trash' }], code: 'order.deleted_after_posting', balances: PAID },
      { acts: [], decide: { question: /^order-deleted/, choice: 'keep' }, balances: PAID, also: same },
      { acts: [{ do: 'untrash' }], balances: PAID, also: same },
    ],
  },
  {
    name: 'deleted for good after posting: credited by a person’s choice, the money is free',
    order: {},
    placed: PAID,
    steps: [
      { acts: [{ do: 'delete' }], code: 'order.deleted_after_posting', balances: PAID },
      {
        acts: [],
        decide: { question: /^order-deleted/, choice: 'credit' },
        balances: free(10_000),
        also: nothingLeft,
      },
    ],
  },
  {
    name: 'a round trip through statuses that post nothing posts nothing twice',
    order: {},
    placed: PAID,
    steps: [
      { acts: [{ do: 'status', status: 'on-hold' }], balances: PAID, also: same },
      { acts: [{ do: 'status', status: 'completed' }], balances: PAID, also: same },
    ],
  },
  {
    name: 'a bank transfer that arrives later is a receipt then',
    order: { status: 'on-hold', paidAt: 0 },
    placed: null,
    steps: [
      { acts: [], code: 'order.not_posting_status', balances: PAID },
      {
        acts: [{ do: 'status', status: 'processing' }],
        balances: PAID,
        also: (side) => expect(documents(side)).toEqual(['', '-P1']),
      },
    ],
  },
  {
    name: 'two part payments are two receipts',
    order: UNPAID,
    placed: OPEN,
    steps: [
      { acts: [{ do: 'pay-part', amount: '40.00' }], balances: [6_000, 0, 0] },
      {
        acts: [{ do: 'pay-part', amount: '60.00' }],
        balances: PAID,
        also: (side) => expect(side.receipts.map((receipt) => receipt.amount)).toEqual([4_000, 6_000]),
      },
    ],
  },
  {
    name: 'a payment taken back is reversed by a person, and the next one is -P2',
    order: {},
    placed: PAID,
    steps: reversedAndPaidAgain({ do: 'unpay', status: 'pending' }),
  },
  {
    name: 'an order set back under its paid date asks the same, and what is paid again is -P2',
    order: {},
    placed: PAID,
    steps: reversedAndPaidAgain({ do: 'status', status: 'pending' }),
  },
  {
    name: 'an order that failed and was paid again before anybody looked is one payment until a person answers',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [
          { do: 'status', status: 'failed' },
          { do: 'pay', transaction: 'second' },
        ],
        code: 'order.payment_taken_back',
        balances: PAID,
        also: same,
      },
      { acts: [], decide: { question: /^payment-taken-back/, choice: 'leave' }, balances: PAID, also: same },
      { acts: [{ do: 'status', status: 'completed' }], balances: PAID, also: same },
    ],
  },
  {
    name: 'yen in a shop of two decimals have none in Oracle',
    order: { currency: 'JPY' },
    placed: PAID,
    steps: [
      {
        acts: [{ do: 'refund', shape: 'amount', share: 0.3 }],
        balances: free(30),
        also: (side) => expect(side.invoices[0]?.amount).toBe(100),
      },
    ],
  },
  {
    name: 'an order over 0.00 is left out, as the set-up says',
    order: { lines: [{ sku: 'GIFTBOX', quantity: 1 }] },
    placed: null,
    steps: [{ acts: [], code: 'order.zero_total', balances: PAID }],
  },
  {
    name: 'what the gateway keeps is posted beside the order, noted late, then changed, and moves nothing of the order',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [FEE('2.90')],
        balances: PAID,
        also: (side, before) => {
          same(side, before);
          expect(feesOf(side)).toEqual([['-F1', -290]]);
        },
      },
      {
        acts: [{ do: 'refund', shape: 'amount', share: 0.3 }, FEE('1.90')],
        balances: free(3_000),
        also: (side) =>
          expect(feesOf(side)).toEqual([
            ['-F1', -290],
            ['-F2', 100],
          ]),
      },
    ],
  },
  {
    name: 'a gateway’s fee waits for the payment, and stays with an order that is cancelled and credited',
    order: { ...UNPAID, meta: { _stripe_fee: '2.90' } },
    placed: OPEN,
    steps: [
      { acts: [], balances: OPEN, also: (side) => expect(feesOf(side)).toEqual([]) },
      {
        acts: [{ do: 'status', status: 'processing' }],
        balances: PAID,
        also: (side) => expect(feesOf(side)).toEqual([['-F1', -290]]),
      },
      { acts: [{ do: 'status', status: 'cancelled' }], code: 'order.cancelled_money_kept', balances: PAID },
      {
        acts: [],
        decide: { question: /^order-cancelled/, choice: 'credit' },
        balances: free(10_000),
        also: (side) => {
          nothingLeft(side);
          expect(feesOf(side)).toEqual([['-F1', -290]]);
        },
      },
    ],
  },
];
