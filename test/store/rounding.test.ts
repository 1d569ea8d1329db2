import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeStore, STORE_START_MS } from './describe-store.ts';
import { openSmallShop, type SmallShop } from './small-shop.ts';
import { type Store, startStore } from './store.ts';

interface Amounts {
  total: string;
  total_tax: string;
  line_items: Part[];
  shipping_lines: Part[];
  tax_lines: { tax_total: string; shipping_tax_total: string }[];
}
type Part = { total: string; total_tax: string };

const cents = (...amounts: string[]) => amounts.reduce((sum, amount) => sum + Math.round(Number(amount) * 100), 0);

describeStore("the store's own rounding, as woocommerce-contract 1.2 measured it", () => {
  let store: Store;
  let shop: SmallShop;

  beforeAll(async () => {
    store = await startStore();
    shop = await openSmallShop(store);
  }, STORE_START_MS);
  afterAll(() => store?.close(), 60_000);

  it.each([
    { pricesIncludeTax: false, roundAtSubtotal: false, total: '54.37', beyondParts: 0, beyondTaxLines: 0 },
    { pricesIncludeTax: false, roundAtSubtotal: true, total: '54.36', beyondParts: 1, beyondTaxLines: -1 },
    { pricesIncludeTax: true, roundAtSubtotal: false, total: '50.37', beyondParts: 0, beyondTaxLines: 0 },
    { pricesIncludeTax: true, roundAtSubtotal: true, total: '50.37', beyondParts: 0, beyondTaxLines: -1 },
  ])(
    'prices incl. tax $pricesIncludeTax, round at subtotal $roundAtSubtotal: $total, $beyondParts cent beyond its parts',
    async (row) => {
      await store.configure({ pricesIncludeTax: row.pricesIncludeTax, roundAtSubtotal: row.roundAtSubtotal });
      const order = await store.rest<Amounts>('GET', `/orders/${(await shop.order()).id}`);
      const parts = [...order.line_items, ...order.shipping_lines].flatMap(({ total, total_tax }) => [total, total_tax]);
      const taxLines = order.tax_lines.flatMap(({ tax_total, shipping_tax_total }) => [tax_total, shipping_tax_total]);
      expect(order.total).toBe(row.total);
      expect(cents(order.total) - cents(...parts)).toBe(row.beyondParts);
      expect(cents(...taxLines) - cents(order.total_tax)).toBe(row.beyondTaxLines);
    },
  );
});
