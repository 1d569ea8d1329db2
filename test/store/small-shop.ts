import type { Checkout, PlacedOrder, ShopperAddress, Store } from './store.ts';

/** The cart of woocommerce-contract 1.2: 3 x 9.99 and 1 x 19.95, 5.00 shipping, taxes of 8 and 0.875 percent, a tenth off. */
export interface SmallShop {
  mug: number;
  tin: number;
  /** Places that cart, with its coupon, as a guest in Oakland; `wish` changes what it names. */
  order(wish?: Partial<Checkout>): Promise<PlacedOrder>;
}

export const OAKLAND_SHOPPER: ShopperAddress = {
  first_name: 'Ada',
  last_name: 'Lopez',
  address_1: '418 Lakeshore Ave',
  city: 'Oakland',
  state: 'CA',
  postcode: '94610',
  country: 'US',
  email: 'ada.lopez@shopper.example',
  phone: '5105550142',
};

/** Fills an empty store with two products and what the cart needs. */
export async function openSmallShop(store: Store): Promise<SmallShop> {
  await store.createTaxRate({ country: 'US', state: 'CA', rate: '8', name: 'State', priority: 1, shipping: true });
  await store.createTaxRate({ country: 'US', state: 'CA', rate: '0.875', name: 'County', priority: 2, shipping: true });
  await store.createShippingZone('United States', ['US'], '5.00');
  await store.createCoupon({ code: 'TENTH', discount_type: 'percent', amount: '10' });
  const mug = (await store.createProduct({ name: 'Mug', sku: 'MUG', regular_price: '9.99' })).id;
  const tin = (await store.createProduct({ name: 'Tin', sku: 'TIN', regular_price: '19.95' })).id;
  const items = [
    { productId: mug, quantity: 3 },
    { productId: tin, quantity: 1 },
  ];
  const order = (wish: Partial<Checkout> = {}) =>
    store.checkout({ items, coupons: ['TENTH'], billing: OAKLAND_SHOPPER, payment: 'bacs', ...wish });
  return { mug, tin, order };
}
