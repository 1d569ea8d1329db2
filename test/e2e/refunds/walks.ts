import { expect } from 'vitest';
import { accountsOf, type OracleSide, type SandboxLedger } from '../../proof/oracle-side.ts';
import { type ProofShop, proofSetup } from '../../proof/shop.ts';
import type { Balances, Walk, WalkStep } from '../../proof/walk.ts';
import type { RefundAct } from '../../proof/wish.ts';
import type { Profile, World } from '../../proof/world.ts';

/**
 * bacs: released money stays unapplied. proof_card: written to the clearing account. cheque, cod: Payables pays. "packing" is a status in
 * which an order is posted before any money is there.
 */
export const REFUND_SHOPS: Record<Profile, ProofShop> = {
  '26D': {
    name: 'refunds',
    settings: { timeZone: 'America/Los_Angeles', hpos: true },
    currencies: ['USD', 'EUR'],
    setup: proofSetup({ postingStatuses: ['processing', 'completed', 'packing'] }),
  },
  '25D': {
    name: 'refunds, posts storage, coupons on lines of their own',
    settings: { timeZone: 'Europe/Berlin', hpos: false },
    currencies: ['USD', 'EUR'],
    setup: proofSetup({ postingStatuses: ['processing', 'completed', 'packing'], discounts: 'own-line' }),
  },
};

const DAY_S = 86_400;
const nowS = Math.floor(Date.now() / 1000);
const KETTLES = '01-120-41300-0000-000';
const BEANS = '01-110-41100-0000-000';
const PAID: Balances = [0, 0, 0];
/** All that was released lies on the receipt. */
const free = (amount: number): Balances => [0, amount, 0];

const refund = (shape: RefundAct['shape'], more: Partial<RefundAct> = {}): RefundAct => ({ do: 'refund', shape, ...more });
/** 30.00 of 100.00, without lines. */
const THIRTY = refund('amount', { share: 0.3 });

/** What the order's credit memos moved, by account: positive for what was taken back. */
function credited(side: OracleSide): Record<string, number> {
  const moved = accountsOf({ ...side, invoices: [] });
  return Object.fromEntries([...moved].filter(([, amount]) => amount !== 0).map(([account, amount]) => [account, -amount]));
}
const nothingLeft = (side: OracleSide): void =>
  expect(Object.fromEntries([...accountsOf(side)].filter(([, amount]) => amount !== 0))).toEqual({});
const settled = (side: OracleSide): number => side.settled.reduce((sum, row) => sum + row.amount, 0);
const numbers = (side: OracleSide): string[] =>
  [...side.invoices, ...side.memos].map((document) => document.number.replace(/\d+/, ''));

/** Walks that both releases walk alike. */
export const WALKS: Walk[] = [
  {
    name: 'in full with lines: every account is back to 0.00, the money is free',
    order: {},
    placed: PAID,
    steps: [{ acts: [refund('full')], balances: free(10_000), also: nothingLeft }],
  },
  {
    name: 'one piece of four: the credit memo goes to the account of its line',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [refund('quantity', { which: 0, quantity: 1 })],
        balances: free(2_000),
        also: (side) => expect(credited(side)).toEqual({ [KETTLES]: 2_000 }),
      },
    ],
  },
  {
    name: 'an amount below a line',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [refund('below', { which: 1, share: 0.5 })],
        balances: free(1_000),
        also: (side) => expect(credited(side)).toEqual({ [BEANS]: 1_000 }),
      },
    ],
  },
  {
    name: 'lines worth more than the refund: they are scaled down to it',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [refund('above', { which: 1, share: 0.5 })],
        balances: free(1_000),
        also: (side) => expect(credited(side)).toEqual({ [BEANS]: 1_000 }),
      },
    ],
  },
  {
    name: 'more than the line was sold for: WooCommerce lets it, and so do the books',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [refund('beyond-line', { which: 1, share: 0.5 })],
        balances: free(3_000),
        also: (side) => expect(credited(side)).toEqual({ [BEANS]: 3_000 }),
      },
    ],
  },
  {
    name: 'an amount only: spread over the lines by what is left of them',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [THIRTY],
        balances: free(3_000),
        also: (side) => expect(credited(side)).toEqual({ [KETTLES]: 2_400, [BEANS]: 600 }),
      },
    ],
  },
  {
    name: 'shipping only',
    order: { shipping: ['10.00'] },
    placed: PAID,
    steps: [
      {
        acts: [refund('shipping', { share: 1 })],
        balances: free(1_000),
        also: (side) => expect(credited(side)).toEqual({ '01-100-42000-0000-000': 1_000 }),
      },
    ],
  },
  {
    name: 'a fee only',
    order: { fees: [{ name: 'Gift wrapping', amount: '4.00', taxable: false }] },
    placed: PAID,
    steps: [
      {
        acts: [refund('fee', { share: 1 })],
        balances: free(400),
        also: (side) => expect(credited(side)).toEqual({ '01-100-43000-0000-000': 400 }),
      },
    ],
  },
  {
    name: 'tax only: no revenue account moves',
    order: { place: 'oakland' },
    placed: PAID,
    steps: [
      {
        acts: [refund('tax', { which: 0 })],
        balances: free(580),
        also: (side) => {
          expect(credited(side)[KETTLES]).toBeUndefined();
          expect(Object.values(credited(side))).toEqual([580]);
        },
      },
    ],
  },
  {
    name: 'over 0.00: nothing is posted',
    order: {},
    placed: PAID,
    steps: [{ acts: [refund('zero')], balances: PAID, also: (side) => expect(side.memos).toEqual([]) }],
  },
  {
    name: 'several, two of them in one second: each has its own credit memo',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [refund('amount', { share: 0.1, at: nowS - 60 }), refund('amount', { share: 0.5, at: nowS - 60 })],
        balances: free(5_500),
        also: (side) => expect(side.memos.map((memo) => memo.amount)).toEqual([1_000, 4_500]),
      },
      { acts: [refund('rest')], balances: free(10_000), also: nothingLeft },
    ],
  },
  {
    name: 'by setting the status to refunded',
    order: {},
    placed: PAID,
    steps: [{ acts: [{ do: 'refunded-status' }], balances: free(10_000), also: nothingLeft }],
  },
  {
    name: 'of an unpaid order: nothing is released, and the payment is over the rest',
    order: { status: 'packing', paidAt: 0 },
    placed: [10_000, 0, 0],
    steps: [
      { acts: [THIRTY], balances: [7_000, 0, 0] },
      {
        acts: [{ do: 'status', status: 'completed' }],
        balances: PAID,
        also: (side) => expect(side.receipts.map((receipt) => receipt.amount)).toEqual([7_000]),
      },
    ],
  },
  {
    name: 'of an order paid in part: it is released from what was paid, and stays out of what is open',
    order: { status: 'packing', paidAt: 0 },
    placed: [10_000, 0, 0],
    steps: [
      { acts: [{ do: 'pay-part', amount: '40.00' }], balances: [6_000, 0, 0] },
      { acts: [THIRTY], balances: [6_000, 3_000, 0] },
      { acts: [{ do: 'status', status: 'processing' }], balances: [3_000, 3_000, 0] },
    ],
  },
  {
    name: 'of an order that nobody has read yet',
    order: { status: 'pending', paidAt: 0 },
    placed: null,
    steps: [{ acts: [{ do: 'pay' }, THIRTY], balances: free(3_000) }],
  },
  {
    name: 'in a later period: the credit memo is of its own day',
    order: { placedAt: nowS - 35 * DAY_S, paidAt: nowS - 35 * DAY_S + 60 },
    placed: PAID,
    steps: [
      {
        acts: [THIRTY],
        balances: free(3_000),
        also: ({ invoices, memos }) => {
          const [sold, back] = [invoices[0]?.accountingDate ?? '', memos[0]?.accountingDate ?? ''];
          expect(sold.slice(0, 7) < back.slice(0, 7)).toBe(true);
        },
      },
    ],
  },
  {
    name: 'after an edit up: the supplement stays open, the refund’s money pays nothing',
    order: {},
    placed: PAID,
    steps: [
      { acts: [{ do: 'add-line', sku: 'ODD', quantity: 1, total: '12.34' }], balances: [1_234, 0, 0] },
      { acts: [refund('quantity', { which: 2, quantity: 1 })], balances: [1_234, 1_234, 0] },
    ],
  },
  {
    name: 'after an edit down: what was paid too much is no refund’s money',
    order: {},
    placed: PAID,
    steps: [
      { acts: [{ do: 'remove-line', which: 1 }], balances: free(2_000) },
      {
        acts: [refund('amount', { share: 0.5 })],
        decide: { question: /^refund-/, choice: 'credits-sale' },
        balances: free(6_000),
        also: (side) => expect(side.memos.map((memo) => memo.amount).sort()).toEqual([2_000, 4_000]),
      },
    ],
  },
  {
    name: 'that returns the overpayment of an edit down credits nothing',
    order: { gateway: 'proof_card' },
    placed: PAID,
    steps: [
      { acts: [{ do: 'remove-line', which: 1 }], balances: free(2_000) },
      {
        acts: [refund('amount', { share: 0.25 })],
        decide: { question: /^refund-/, choice: 'returns-overpayment' },
        balances: PAID,
        also: (side) => {
          expect(side.memos.map((memo) => memo.amount)).toEqual([2_000]);
          expect(settled(side)).toBe(2_000);
        },
      },
    ],
  },
  {
    name: 'of an order with a coupon: the line comes back less its share',
    order: { coupons: ['TENTH'] },
    placed: PAID,
    steps: [
      { acts: [refund('quantity', { which: 0, quantity: 1 })], balances: free(1_800) },
      { acts: [refund('full')], balances: free(9_000), also: nothingLeft },
    ],
  },
  {
    name: 'of an order paid with a gift card in part: card and revenue come back whole',
    order: { giftCard: 4 },
    placed: PAID,
    steps: [
      { acts: [THIRTY], balances: free(2_880) },
      { acts: [refund('rest')], balances: free(9_600), also: nothingLeft },
    ],
  },
  {
    name: 'in another currency: the credit memo takes the rate of its invoice, and no account keeps a difference',
    order: { currency: 'EUR', placedAt: nowS - 20 * DAY_S, paidAt: nowS - 20 * DAY_S + 60 },
    placed: PAID,
    steps: [
      {
        acts: [THIRTY],
        balances: free(3_000),
        also: ({ invoices, memos }) => {
          expect(Number(memos[0]?.rate)).toBe(Number(invoices[0]?.rate));
          expect(Number(invoices[0]?.rate)).not.toBe(1.16);
        },
      },
      { acts: [refund('rest')], balances: free(10_000), also: nothingLeft },
    ],
  },
  {
    name: 'made in the gateway’s dashboard: its money is written to the clearing account',
    order: { gateway: 'proof_card' },
    placed: PAID,
    steps: [
      {
        acts: [refund('amount', { share: 0.3, reason: 'Refunded in the dashboard' })],
        balances: PAID,
        also: (side) => expect(settled(side)).toBe(3_000),
      },
    ],
  },
  {
    name: 'refused by the gateway: nothing is posted',
    order: { gateway: 'proof_card', meta: { _proof_refuse_refunds: 'yes' } },
    placed: PAID,
    steps: [
      {
        acts: [refund('amount', { share: 0.3, byGateway: true })],
        refused: /closed/,
        balances: PAID,
        also: (side) => expect(side.memos).toEqual([]),
      },
    ],
  },
  {
    name: 'pending at the gateway: waits, and posts once it was carried out',
    order: {},
    placed: PAID,
    steps: [
      {
        acts: [refund('amount', { share: 0.3, pending: true })],
        code: 'refund.pending_at_gateway',
        balances: PAID,
        also: (side) => expect(side.memos).toEqual([]),
      },
      { acts: [{ do: 'finish-refund', which: 0 }], balances: free(3_000) },
    ],
  },
  {
    name: 'deleted, its money unapplied: the money pays the invoice that takes the credit back',
    order: {},
    placed: PAID,
    steps: [
      { acts: [THIRTY], balances: free(3_000) },
      {
        acts: [{ do: 'delete-refund', which: 0 }],
        balances: PAID,
        also: (side) => expect(numbers(side)).toEqual(['WEB-', 'WEB-V', 'WEB-R']),
      },
    ],
  },
  {
    name: 'deleted, its money on the clearing account: that is undone first',
    order: { gateway: 'proof_card' },
    placed: PAID,
    steps: [
      { acts: [THIRTY], balances: PAID, also: (side) => expect(settled(side)).toBe(3_000) },
      {
        acts: [{ do: 'delete-refund', which: 0 }],
        balances: PAID,
        also: (side) => {
          expect(settled(side)).toBe(0);
          expect(numbers(side)).toEqual(['WEB-', 'WEB-V', 'WEB-R']);
        },
      },
    ],
  },
  {
    name: 'deleted after the gateway returned the money: billed again by a person’s choice, and open',
    order: { gateway: 'proof_card' },
    placed: PAID,
    steps: [
      { acts: [refund('amount', { share: 0.3, byGateway: true })], balances: PAID },
      { acts: [{ do: 'delete-refund', which: 0 }], code: 'refund.undone_but_money_left', balances: PAID },
      {
        acts: [],
        decide: { question: /^refund-undone-/, choice: 're-bill' },
        balances: [3_000, 0, 0],
        also: (side) => expect(settled(side)).toBe(3_000),
      },
    ],
  },
  {
    name: 'more than is left after an edit: a person is asked, and no balance falls below 0.00',
    order: {},
    placed: PAID,
    steps: [
      { acts: [refund('amount', { share: 0.9 })], balances: free(9_000) },
      { acts: [{ do: 'remove-line', which: 0 }], code: 'order.edited_below_refunds', balances: free(9_000) },
    ],
  },
  {
    name: 'of a cancelled order whose sale was credited: settles, and credits nothing more',
    order: { gateway: 'proof_card' },
    placed: PAID,
    steps: [
      {
        acts: [{ do: 'status', status: 'cancelled' }],
        decide: { question: /^order-cancelled/, choice: 'credit' },
        balances: free(10_000),
      },
      {
        acts: [refund('amount', { share: 0.3 })],
        balances: free(7_000),
        also: (side) => expect(side.memos).toHaveLength(1),
      },
    ],
  },
];

/** 20.00 too much on account, which a refund returns and the release cannot pay out. */
const RETURNS_OVERPAYMENT: WalkStep[] = [
  { acts: [{ do: 'remove-line', which: 1 }], balances: free(2_000) },
  {
    acts: [refund('amount', { share: 0.25 })],
    decide: { question: /^refund-/, choice: 'returns-overpayment' },
    code: 'oracle.action_unavailable',
    balances: free(2_000),
  },
];

/** Payables: 26D pays out of the receipt once it is remitted, 25D out of the credit memo. */
export const PAYABLES: Record<Profile, Walk[]> = {
  '26D': [
    {
      name: 'paid by Payables: waits for the remittance, is paid, is stopped when the refund is deleted',
      order: { gateway: 'cod', status: 'completed' },
      placed: PAID,
      steps: [
        { acts: [THIRTY], code: 'oracle.receipt_not_refundable', balances: free(3_000) },
        { acts: [], people: remit, balances: PAID, also: (side) => expect(settled(side)).toBe(3_000) },
        { acts: [{ do: 'delete-refund', which: 0 }], code: 'refund.undone_but_paying', balances: PAID },
        {
          acts: [],
          people: stopPayment,
          balances: PAID,
          also: (side) => {
            expect(settled(side)).toBe(0);
            expect(numbers(side)).toEqual(['WEB-', 'WEB-V', 'WEB-R']);
          },
        },
      ],
    },
  ],
  '25D': [
    {
      name: 'paid by Payables: out of the credit memo, while the receipt stays applied; stopped when the refund is deleted',
      order: { gateway: 'cheque' },
      placed: PAID,
      steps: [
        {
          acts: [THIRTY],
          balances: PAID,
          also: (side) => expect(side.settled).toMatchObject([{ from: side.memos[0]?.number, target: 'refund', amount: 3_000 }]),
        },
        { acts: [{ do: 'delete-refund', which: 0 }], code: 'refund.undone_but_paying', balances: PAID },
        { acts: [], people: stopPayment, balances: PAID, also: (side) => expect(settled(side)).toBe(0) },
      ],
    },
    {
      name: 'that returns overpayment, which 25D cannot pay out: a refund issued by hand is found',
      order: { gateway: 'cheque' },
      placed: PAID,
      steps: [
        ...RETURNS_OVERPAYMENT,
        { acts: [], people: issueByHand, balances: PAID, also: (side) => expect(settled(side)).toBe(2_000) },
      ],
    },
    {
      name: 'that returns overpayment, which 25D cannot pay out: it stays on account when a person says so',
      order: { gateway: 'cheque' },
      placed: PAID,
      steps: [
        ...RETURNS_OVERPAYMENT,
        {
          acts: [],
          decide: { question: /^refund-payout-/, choice: 'stays-on-account' },
          balances: free(2_000),
          also: (side) => expect(settled(side)).toBe(0),
        },
      ],
    },
  ],
};

async function remit(world: World, _orderId: number, side: OracleSide): Promise<void> {
  for (const { number } of side.receipts) await world.oracle('POST', 'receipts', { number, progress: 'remitted' });
}

async function issueByHand(world: World, orderId: number, side: OracleSide): Promise<void> {
  await remit(world, orderId, side);
  for (const { number } of side.receipts) await world.oracle('POST', 'refunds', { number, amount: '20.00' });
}

async function stopPayment(world: World, _orderId: number, side: OracleSide): Promise<void> {
  const { applications } = await world.oracle<SandboxLedger>('GET', 'ledger');
  for (const { from } of side.settled) {
    const row = applications.find(
      ({ fromNumber, target, status }) => fromNumber === from && target === 'refund' && status === 'applied',
    );
    await world.oracle('POST', 'refunds', { applicationId: row?.id });
  }
}
