import { readAnswer, StoreRefusal } from './rest-client.ts';

/** A shopper: fills a cart and checks out over the Store API, which is what the block checkout in a browser calls. */
export interface Checkout {
  /** `productId` is the variation's id for a variable product. */
  items: { productId: number; quantity: number }[];
  billing: ShopperAddress;
  /** The billing address if left out. */
  shipping?: ShopperAddress;
  /** A shipping method's id, such as `flat_rate`; the one WooCommerce offers first if left out. */
  shippingMethod?: string;
  payment: 'cod' | 'bacs' | 'cheque';
  coupons?: string[];
  /** Guest if left out; `register` makes an account during checkout. */
  as?: Login | 'register';
  /** The order's currency, as a shop with a currency switcher would have it; prices keep their figures. */
  currency?: string;
  /** A fee the shop adds to the cart, net. */
  fee?: { name: string; amount: string; taxable: boolean };
  note?: string;
}

export interface Login {
  user: string;
  password: string;
}

/** In the Store API's own words. */
export interface ShopperAddress {
  first_name: string;
  last_name: string;
  company?: string;
  address_1: string;
  address_2?: string;
  city: string;
  state: string;
  postcode: string;
  country: string;
  email?: string;
  phone?: string;
}

export interface PlacedOrder {
  id: number;
  key: string;
  status: string;
  /** 0 for a guest. */
  customerId: number;
}

interface Cart {
  needs_shipping: boolean;
  shipping_rates: { package_id: number; shipping_rates: { rate_id: string; method_id: string; selected: boolean }[] }[];
}

/**
 * Places an order as a shopper.
 *
 * In     cookie  the login's cookie for a customer, null for a guest
 * Fails  throws StoreRefusal in the store's words (out of stock, coupon not valid …), and when the wanted shipping is not offered
 */
export async function checkOut(home: string, wish: Checkout, cookie: string | null): Promise<PlacedOrder> {
  const call = storeApi(home, wish, cookie);
  await call('GET', '/cart');
  const billing = wish.billing;
  const { email: _, ...shipping } = wish.shipping ?? billing;
  const cart = await fillCart(call, [
    ...wish.items.map(({ productId, quantity }) => ['add-item', { id: productId, quantity }] as const),
    ...(wish.coupons ?? []).map((code) => ['apply-coupon', { code }] as const),
    ['update-customer', { billing_address: billing, shipping_address: shipping }],
  ]);
  if (cart.needs_shipping) await chooseShipping(call, cart, wish.shippingMethod);
  const order = await call<{ order_id: number; order_key: string; status: string; customer_id: number }>('POST', '/checkout', {
    billing_address: billing,
    shipping_address: shipping,
    payment_method: wish.payment,
    customer_note: wish.note ?? '',
    create_account: wish.as === 'register',
  });
  return { id: order.order_id, key: order.order_key, status: order.status, customerId: order.customer_id };
}

interface StoreApiCall {
  <T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>;
  /** What ties a call to this shopper's cart. */
  session: Record<string, string>;
}

// All in one request, as the cart block does it: in Playground a request takes a second and more. Answers the cart at the end.
async function fillCart(call: StoreApiCall, steps: (readonly [path: string, body: object])[]): Promise<Cart> {
  const requests = steps.map(([path, body]) => ({
    method: 'POST',
    path: `/wc/store/v1/cart/${path}`,
    body,
    headers: call.session,
  }));
  const { responses } = await call<{ responses: { status: number; body: unknown }[] }>('POST', '/batch', { requests });
  responses.forEach(({ status, body }, i) => {
    if (status >= 300) throw new StoreRefusal(`Store API ${steps[i]?.[0]}`, status, body);
  });
  return responses.at(-1)?.body as Cart;
}

async function chooseShipping(call: StoreApiCall, cart: Cart, wanted: string | undefined): Promise<void> {
  for (const { package_id, shipping_rates } of cart.shipping_rates) {
    const rate = wanted ? shipping_rates.find(({ method_id }) => method_id === wanted) : shipping_rates[0];
    if (!rate) {
      const offered = shipping_rates.map(({ method_id }) => method_id).join(', ') || 'nothing';
      throw new Error(`The store does not ship by ${wanted ?? 'any method'} to this address; it offers ${offered}.`);
    }
    if (!rate.selected) await call('POST', '/cart/select-shipping-rate', { package_id, rate_id: rate.rate_id });
  }
}

function storeApi(home: string, wish: Checkout, cookie: string | null): StoreApiCall {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (cookie) headers.cookie = cookie;
  if (wish.currency) headers['x-harness-currency'] = wish.currency;
  if (wish.fee) headers['x-harness-fee'] = JSON.stringify(wish.fee);
  const session: StoreApiCall['session'] = {};
  const call = async <T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> => {
    const reply = await fetch(`${home}/wp-json/wc/store/v1${path}`, {
      method,
      headers: { ...headers, ...session },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // A guest's cart hangs on the token; a customer's on the cookie, which needs the nonce.
    const carry = cookie ? 'nonce' : 'cart-token';
    const value = reply.headers.get(carry);
    if (value) session[carry] = value;
    return (await readAnswer<T>(`Store API ${method} ${path}`, reply)).body;
  };
  return Object.assign(call, { session });
}

/**
 * Logs in on wp-login.php.
 *
 * Out    the cookies of the session, as a Cookie header
 * Fails  throws when WordPress does not let the user in
 */
export async function logIn(home: string, { user, password }: Login): Promise<string> {
  const reply = await fetch(`${home}/wp-login.php`, {
    method: 'POST',
    headers: { cookie: 'wordpress_test_cookie=WP%20Cookie%20check' },
    body: new URLSearchParams({ log: user, pwd: password, 'wp-submit': 'Log In', testcookie: '1' }),
    redirect: 'manual',
  });
  await reply.arrayBuffer();
  const cookies = reply.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
  if (!cookies.some((cookie) => cookie.startsWith('wordpress_logged_in_')))
    throw new Error(`WordPress did not let "${user}" in.`);
  return [...new Set(cookies)].join('; ');
}

/** A nonce for REST calls of the session (`X-WP-Nonce`). */
export async function restNonce(home: string, cookie: string): Promise<string> {
  const reply = await fetch(`${home}/wp-admin/admin-ajax.php?action=rest-nonce`, { headers: { cookie } });
  const nonce = await reply.text();
  if (!/^[0-9a-f]{10}$/.test(nonce)) throw new Error(`No nonce for this session: ${nonce.slice(0, 200)}`);
  return nonce;
}
