import { expect, it } from 'vitest';
import { RuleSetViewSchema } from '../../sidecar/http/rules-contract.ts';
import type { OracleSide, SandboxLedger } from '../proof/oracle-side.ts';
import { SHOPS } from '../proof/shop.ts';
import { PLAIN_ORDER, type Walk } from '../proof/walk.ts';
import type { Profile, World } from '../proof/world.ts';
import { describeWalks } from './walk-tests.ts';

/** Orders of a real shop whose taxes Oracle computes by its own rates; it taxes whatever names no classification. */
const shop = SHOPS.find(({ setup }) => setup.taxMode === 'oracle');
if (!shop) throw new Error('The proof has no shop where Oracle computes the tax.');

/** 80.00 at 7.25 %, and 20.00 of a class that California does not tax. */
const TAXED = { place: 'oakland' } as const;
const amounts = (side: OracleSide) =>
  [...side.invoices, ...side.memos].map(({ number, amount }) => [number.replace(/\d+/, '*'), amount]);

const WALKS: Walk[] = [
  {
    name: 'is taxed by the classification of its rate; what is not taxed there stays without tax, and goes back as it came',
    order: TAXED,
    placed: [0, 0, 0],
    steps: [
      {
        acts: [{ do: 'refund', shape: 'full' }],
        balances: [0, 10_580, 0],
        also: (side) => {
          expect(amounts(side)).toEqual([
            ['WEB-*', 10_580],
            ['WEB-R*', 10_580],
          ]);
          // One tax on each document is of Oracle's own making; the exempt line has one of 0.00.
          expect([...side.invoices, ...side.memos].map(({ computed }) => computed)).toEqual([2, 2]);
        },
      },
    ],
  },
  {
    name: 'of an exempt buyer has no tax, also where Oracle would compute one',
    order: { ...TAXED, exempt: true, way: 'cart' as const },
    placed: [0, 0, 0],
    steps: [
      {
        acts: [{ do: 'status', status: 'completed' }],
        balances: [0, 0, 0],
        also: (side) => expect(side.invoices[0]?.computed).toBeGreaterThan(0),
      },
    ],
  },
  {
    name: 'has its tax alone refunded as that tax, and its prices alone without any',
    order: TAXED,
    placed: [0, 0, 0],
    steps: [
      {
        acts: [{ do: 'refund', shape: 'tax', which: 0 }],
        balances: [0, 580, 0],
        also: (side) => expect([side.memos[0]?.amount, side.memos[0]?.computed]).toEqual([580, 0]),
      },
      { acts: [{ do: 'refund', shape: 'rest' }], balances: [0, 10_580, 0] },
    ],
  },
  {
    name: 'is edited, and Oracle computes the difference',
    order: TAXED,
    placed: [0, 0, 0],
    // 5 kettles of 20.00 instead of 4: 20.00 and 1.45 of tax.
    steps: [{ acts: [{ do: 'quantity', which: 0, quantity: 5 }], balances: [2_145, 0, 0] }],
  },
];

/** Where coupons are lines of their own: 80.00 less 8.00 at 7.25 %, 20.00 less 2.00 untaxed. */
const COUPONED: Walk = {
  name: 'carries what its coupons took off, net and tax, on lines of their own, and Oracle computes both',
  order: { ...TAXED, coupons: ['TENTH'] },
  placed: [0, 0, 0],
  steps: [
    {
      // 2 of 4 kettles: 40.00 less 4.00, and 2.61 of tax.
      acts: [{ do: 'refund', shape: 'quantity', which: 0, quantity: 2 }],
      balances: [0, 3_861, 0],
      also: (side) => {
        expect(amounts(side)).toEqual([
          ['WEB-*', 9_522],
          ['WEB-R*', 3_861],
        ]);
        expect([...side.invoices, ...side.memos].map(({ computed }) => computed)).toEqual([4, 2]);
      },
    },
    { acts: [{ do: 'refund', shape: 'full' }], balances: [0, 9_522, 0] },
  ],
};
const ownLines = { ...shop, setup: { ...shop.setup, discounts: 'own-line' as const } };

describeWalks(
  'an order whose tax Oracle computes',
  { '26D': ownLines, '25D': shop },
  (profile) => (profile === '26D' ? [...WALKS, COUPONED] : WALKS),
  wrongSetUp,
);

/** A rule that names the wrong classification, met by two orders of a currency that nothing was posted in. */
function wrongSetUp(world: () => World, _profile: Profile): void {
  it('stops after one invoice where a classification is wrong, takes it back, names it, and goes on once it is mended', async () => {
    const store = world();
    const { rules } = RuleSetViewSchema.parse(await store.admin().get('/rules'));
    const save = async (taxClassification: string) => {
      const { version } = RuleSetViewSchema.parse(await store.admin().get('/rules'));
      const changed = rules.map((rule) =>
        rule.outcome.taxClassification === 'CA STATE 7.25' ? { ...rule, outcome: { ...rule.outcome, taxClassification } } : rule,
      );
      await store.admin().put('/rules', { baseVersion: version, rules: changed, note: 'classification' });
    };
    await save('US EXEMPT');
    const at = Math.floor(Date.now() / 1000) - 7_200;
    const wish = { ...PLAIN_ORDER, ...TAXED, currency: 'EUR', placedAt: at, paidAt: at + 60 };
    const placed = await store.place([wish, wish]);
    const ids = placed.map((facts) => ('id' in facts ? facts.id : 0));
    await store.settle();
    const states = async () => Promise.all(ids.map(async (id) => (await store.order(id))?.reason));
    const documents = async () => {
      const { invoices, creditMemos, receipts } = await store.oracle<SandboxLedger>('GET', 'ledger');
      return [...invoices, ...creditMemos, ...receipts]
        .filter(({ number }) => ids.some((id) => number.startsWith(`WEB-${id}`)))
        .map(({ number, amount }) => `${number.replace(/\d+/, '*')} ${amount}`);
    };
    const reasons = await states();
    expect(reasons.map((reason) => reason?.code).sort()).toEqual(['document.amount_differs', 'lane.closed']);
    const cause = 'Oracle computed a tax of 0.00 EUR where the store has 5.80 EUR, by the classifications US EXEMPT';
    for (const reason of reasons) expect(reason?.message).toContain(cause);
    expect(await documents()).toEqual(['WEB-* 100', 'WEB-*-M1 -100']);

    await save('CA STATE 7.25');
    await store.admin().post('/orders/replay-cause', { code: 'lane.closed' });
    await store.rest();
    expect(await states()).toEqual([null, null]);
    expect((await documents()).sort()).toEqual(
      ['WEB-* 100', 'WEB-*-M1 -100', 'WEB-*-S1 105.8', 'WEB-* 105.8', 'WEB-*-P1 105.8', 'WEB-*-P1 105.8'].sort(),
    );
  }, 90_000);
}
