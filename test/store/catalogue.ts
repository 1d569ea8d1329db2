import type { Row, ShopSettings, Store } from './store.ts';

/** The demo's shop: a coffee roaster in Oakland that also ships to Germany. */
export const DEMO_SHOP: ShopSettings = { timeZone: 'America/Los_Angeles', currency: 'USD', country: 'US:CA' };

type Sku = (typeof PRODUCTS)[number]['sku'] | (typeof SIZES)[number]['sku'];

/** Ids of what was made, under names a test can say. */
export interface Catalogue {
  products: Record<Sku, number>;
  categories: Record<'coffee' | 'single-origin' | 'equipment' | 'workshops', number>;
  taxRates: Record<string, number>;
  coupon: string;
}

// Coffee to brew at home is food: exempt in California and New York (no rate in its class there), reduced in Germany.
const FOOD = 'reduced-rate';

const PRODUCTS = [
  { sku: 'COF-HOUSE-250', name: 'House Blend, 250 g', price: '9.99', category: 'coffee', taxClass: FOOD },
  { sku: 'COF-GUJI-250', name: 'Ethiopia Guji, 250 g', price: '14.50', category: 'single-origin', taxClass: FOOD },
  { sku: 'EQ-KETTLE', name: 'Gooseneck Kettle, 0.9 l', price: '79.95', category: 'equipment', taxClass: '' },
  { sku: 'EQ-SCALE', name: 'Brewing Scale with Timer', price: '54.00', category: 'equipment', taxClass: '' },
  { sku: 'EQ-FILTER-100', name: 'Paper Filters, 100', price: '4.25', category: 'equipment', taxClass: '' },
  { sku: 'WS-TASTING', name: 'Tasting Workshop, Saturday', price: '45.00', category: 'workshops', virtual: true },
] as const;

const VARIABLE = { sku: 'COF-HUILA', name: 'Colombia Huila', category: 'single-origin', taxClass: FOOD } as const;
const SIZES = [
  { sku: 'COF-HUILA-250', size: '250 g', price: '12.90' },
  { sku: 'COF-HUILA-1000', size: '1 kg', price: '44.00' },
] as const;

const TAX_RATES = [
  { country: 'US', state: 'CA', rate: '7.25', name: 'CA Sales Tax', priority: 1, shipping: false },
  { country: 'US', state: 'NY', rate: '4.0', name: 'NY State Tax', priority: 1, shipping: true },
  { country: 'US', state: 'NY', rate: '4.5', name: 'NYC Local Tax', priority: 2, shipping: true, cities: ['NEW YORK'] },
  { country: 'DE', rate: '19.0', name: 'DE USt 19 %', priority: 1, shipping: true },
  { country: 'DE', rate: '7.0', name: 'DE USt 7 %', priority: 1, shipping: false, class: FOOD },
];

/**
 * Fills an empty shop: six products and a variable one in four categories, one of them nested; two tax rates for New York City and
 * two classes for Germany; flat-rate shipping to both countries; a coupon of ten percent.
 *
 * Fails  throws StoreRefusal, or names the row that WooCommerce refused within a batch
 */
export async function seedCatalogue(store: Store, report: (line: string) => void = () => {}): Promise<Catalogue> {
  report('Categories');
  const coffee = await store.createCategory({ name: 'Coffee', slug: 'coffee' });
  const [origin, equipment, workshops] = await batch(store, '/products/categories', [
    { name: 'Single Origin', slug: 'single-origin', parent: coffee.id },
    { name: 'Equipment', slug: 'equipment' },
    { name: 'Workshops', slug: 'workshops' },
  ]);
  const categories = { coffee: coffee.id, 'single-origin': origin, equipment, workshops } as Catalogue['categories'];

  report(`Products: ${PRODUCTS.length + 1}, one of them in ${SIZES.length} sizes`);
  const simple = PRODUCTS.map((product) => ({
    type: 'simple',
    name: product.name,
    sku: product.sku,
    regular_price: product.price,
    categories: [{ id: categories[product.category] }],
    ...('virtual' in product ? { virtual: true, tax_status: 'none' } : { tax_class: product.taxClass }),
  }));
  const variable = {
    type: 'variable',
    name: VARIABLE.name,
    sku: VARIABLE.sku,
    tax_class: VARIABLE.taxClass,
    categories: [{ id: categories[VARIABLE.category] }],
    attributes: [{ name: 'Size', variation: true, visible: true, options: SIZES.map(({ size }) => size) }],
  };
  const ids = await batch(store, '/products', [...simple, variable]);
  const sizes = SIZES.map(({ sku, size, price }) => ({
    sku,
    regular_price: price,
    attributes: [{ name: 'Size', option: size }],
  }));
  const sizeIds = await batch(store, `/products/${ids.at(-1)}/variations`, sizes);
  const products = Object.fromEntries([
    ...PRODUCTS.map(({ sku }, i) => [sku, ids[i]]),
    ...SIZES.map(({ sku }, i) => [sku, sizeIds[i]]),
  ]) as Catalogue['products'];

  report('Tax rates, shipping, coupon');
  const rateIds = await batch(store, '/taxes', TAX_RATES);
  await store.createShippingZone('United States', ['US'], '6.90');
  await store.createShippingZone('Germany', ['DE'], '9.50');
  await store.createCoupon({ code: 'WELCOME10', discount_type: 'percent', amount: '10' });
  const taxRates = Object.fromEntries(TAX_RATES.map(({ name }, i) => [name, rateIds[i] ?? 0]));
  return { products, categories, taxRates, coupon: 'WELCOME10' };
}

// One request for many rows: in Playground each takes a second. A refused row comes back inside an answer of 200.
async function batch(store: Store, path: string, create: object[]): Promise<number[]> {
  const answer = await store.rest<{ create: (Row & { error?: { message: string } })[] }>('POST', `${path}/batch`, { create });
  return answer.create.map(({ id, error }, i) => {
    if (error) throw new Error(`${path}: ${JSON.stringify(create[i])} was refused: ${error.message}`);
    return id;
  });
}
