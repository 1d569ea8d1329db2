import type { Catalogue } from './catalogue.ts';
import type { Checkout, ShopperAddress, Store } from './store.ts';

export type DemoLabel =
  | 'guest'
  | 'registered'
  | 'new-account'
  | 'coupon'
  | 'two-tax-rates'
  | 'shipping'
  | 'fee'
  | 'eur'
  | 'paid-later'
  | 'multi-line';

export interface DemoOrder {
  label: DemoLabel;
  /** What is special about it, for people. */
  title: string;
  id: number;
  /** The store's decimal string, in `currency`. */
  total: string;
  currency: string;
  customerId: number;
  paid: boolean;
}

export interface DemoRefund {
  label: DemoLabel;
  title: string;
  orderId: number;
  refundId: number;
  amount: string;
  currency: string;
}

type Report = (line: string) => void;
type Plan = Omit<Checkout, 'payment' | 'items'> & {
  label: DemoLabel;
  title: string;
  items: [sku: keyof Catalogue['products'], quantity: number][];
  payment?: Checkout['payment'];
};

const person = (
  first_name: string,
  last_name: string,
  place: Omit<ShopperAddress, 'first_name' | 'last_name'>,
): ShopperAddress => ({
  first_name,
  last_name,
  email: `${first_name}.${last_name}@shopper.example`.toLowerCase(),
  phone: '5105550142',
  ...place,
});
const OAKLAND = { address_1: '418 Lakeshore Ave', city: 'Oakland', state: 'CA', postcode: '94610', country: 'US' };
const NEW_YORK = { address_1: '77 Mercer St', city: 'New York', state: 'NY', postcode: '10012', country: 'US' };
const BERLIN = { address_1: 'Oranienstr. 24', city: 'Berlin', state: 'DE-BE', postcode: '10999', country: 'DE' };
const DENVER = { address_1: '1200 Pearl St', city: 'Denver', state: 'CO', postcode: '80203', country: 'US' };
const PASSWORD = 'harbor street, thrice';

/**
 * Places ten orders as ten shoppers would, through the Store API, and pays all but one. They show what the main job has to carry:
 * guest, registered, an account made during checkout, coupon, two tax rates, shipping, a fee, EUR, paid later, many lines.
 *
 * Fails  throws StoreRefusal in the store's words
 */
export async function placeDemoOrders(store: Store, catalogue: Catalogue, report: Report = () => {}): Promise<DemoOrder[]> {
  const maya = await registered(store, person('Maya', 'Okafor', OAKLAND));
  const cafe = await registered(store, person('Rosa', 'Lindgren', { ...NEW_YORK, company: 'Blue Door Cafe LLC' }));
  const orders: DemoOrder[] = [];
  for (const plan of plans(catalogue, maya, cafe)) orders.push(await place(store, catalogue, plan, report));
  return orders;
}

interface Registered {
  address: ShopperAddress;
  user: string;
}

function plans(catalogue: Catalogue, maya: Registered, cafe: Registered): Plan[] {
  const as = ({ user }: Registered) => ({ user, password: PASSWORD });
  return [
    {
      label: 'guest',
      title: 'a guest, paid by bank transfer',
      billing: person('Dana', 'Whitfield', OAKLAND),
      items: [
        ['EQ-KETTLE', 1],
        ['EQ-FILTER-100', 2],
      ],
    },
    { label: 'registered', title: 'a registered customer', billing: maya.address, as: as(maya), items: [['EQ-SCALE', 1]] },
    {
      label: 'new-account',
      title: 'an account made during checkout',
      billing: person('Jon', 'Abara', OAKLAND),
      as: 'register',
      items: [['COF-HUILA-250', 2]],
    },
    {
      label: 'coupon',
      title: 'ten percent off by coupon',
      billing: maya.address,
      as: as(maya),
      coupons: [catalogue.coupon],
      items: [
        ['COF-HOUSE-250', 3],
        ['EQ-FILTER-100', 1],
        ['EQ-SCALE', 1],
      ],
    },
    {
      label: 'two-tax-rates',
      title: 'state and city tax, on shipping too',
      billing: person('Li', 'Hartmann', NEW_YORK),
      items: [['EQ-KETTLE', 1]],
    },
    {
      label: 'shipping',
      title: 'shipping dearer than the goods',
      billing: person('Noor', 'Castell', DENVER),
      items: [['EQ-FILTER-100', 1]],
    },
    {
      label: 'fee',
      title: 'gift wrapping as a fee',
      billing: person('Ines', 'Falk', OAKLAND),
      fee: { name: 'Gift wrapping', amount: '4.00', taxable: true },
      items: [['COF-GUJI-250', 1]],
    },
    {
      label: 'eur',
      title: 'in EUR to Germany, 19 and 7 percent',
      billing: person('Jonas', 'Brandt', BERLIN),
      currency: 'EUR',
      items: [
        ['COF-GUJI-250', 2],
        ['EQ-SCALE', 1],
      ],
    },
    {
      label: 'paid-later',
      title: 'cash on delivery, not paid yet',
      billing: person('Tom', 'Ferreira', OAKLAND),
      payment: 'cod',
      items: [['EQ-KETTLE', 1]],
    },
    {
      label: 'multi-line',
      title: 'a business customer, six lines',
      billing: cafe.address,
      as: as(cafe),
      items: [
        ['COF-HUILA-1000', 4],
        ['COF-HUILA-250', 2],
        ['COF-HOUSE-250', 12],
        ['EQ-KETTLE', 2],
        ['EQ-FILTER-100', 10],
        ['WS-TASTING', 3],
      ],
    },
  ];
}

async function registered(store: Store, address: ShopperAddress): Promise<Registered> {
  const { first_name, last_name, email } = address;
  const user = `${first_name}.${last_name}`.toLowerCase();
  await store.createCustomer({ email, first_name, last_name, username: user, password: PASSWORD, billing: address });
  return { address, user };
}

async function place(store: Store, catalogue: Catalogue, plan: Plan, report: Report): Promise<DemoOrder> {
  const { label, title, items, payment = 'bacs', ...rest } = plan;
  const lines = items.map(([sku, quantity]) => ({ productId: catalogue.products[sku], quantity }));
  const { id } = await store.checkout({ ...rest, items: lines, payment });
  // Cash on delivery is paid when it is delivered: see payTheLateOrder.
  if (payment !== 'cod') await store.payOrder(id, `TRANSFER-${id}`);
  const order = await store.rest<OrderAnswer>('GET', `/orders/${id}`);
  report(`Order ${id}: ${title}, ${order.total} ${order.currency}`);
  const { total, currency, customer_id: customerId } = order;
  return { label, title, id, total, currency, customerId, paid: order.date_paid !== null };
}

/** Cash on delivery is delivered and paid: `date_paid` appears with the status completed. */
export async function payTheLateOrder(store: Store, orders: DemoOrder[], report: Report = () => {}): Promise<DemoOrder> {
  const late = named(orders, 'paid-later');
  await store.setStatus(late.id, 'completed');
  report(`Order ${late.id}: delivered and paid`);
  return { ...late, paid: true };
}

/**
 * Refunds one order in part, with lines (one kettle of two, net and each tax), and one in full without lines, as the dashboards of
 * payment services do.
 */
export async function refundDemoOrders(store: Store, orders: DemoOrder[], report: Report = () => {}): Promise<DemoRefund[]> {
  const inPart = await refundOneOf(store, named(orders, 'multi-line'), 'EQ-KETTLE');
  const { label, id, total, currency } = named(orders, 'shipping');
  const refundId = await store.refund(id, { amount: total, reason: 'Lost in the post' });
  const inFull: DemoRefund = { label, title: 'in full, without lines', orderId: id, refundId, amount: total, currency };
  for (const { orderId, title, amount } of [inPart, inFull]) report(`Order ${orderId}: ${amount} refunded ${title}`);
  return [inPart, inFull];
}

interface OrderAnswer {
  total: string;
  currency: string;
  customer_id: number;
  date_paid: string | null;
  line_items: { id: number; sku: string; quantity: number; total: string; taxes: { id: number; total: string }[] }[];
}

async function refundOneOf(
  store: Store,
  { label, id, currency }: DemoOrder,
  sku: keyof Catalogue['products'],
): Promise<DemoRefund> {
  const order = await store.rest<OrderAnswer>('GET', `/orders/${id}`);
  const line = order.line_items.find((item) => item.sku === sku);
  if (!line) throw new Error(`Order ${id} has no line of ${sku}.`);
  const share = (amount: string) => (Math.round((Number(amount) * 100) / line.quantity) / 100).toFixed(2);
  const total = share(line.total);
  const taxes = Object.fromEntries(line.taxes.map((tax) => [tax.id, share(tax.total)]));
  const cents = [total, ...Object.values(taxes)].reduce((sum, part) => sum + Math.round(Number(part) * 100), 0);
  const amount = (cents / 100).toFixed(2);
  const lines = [{ itemId: line.id, quantity: 1, total, taxes }];
  const refundId = await store.refund(id, { amount, reason: 'Dented in transit', lines });
  return { label, title: `in part: one ${sku}`, orderId: id, refundId, amount, currency };
}

function named(orders: DemoOrder[], label: DemoLabel): DemoOrder {
  const order = orders.find((one) => one.label === label);
  if (!order) throw new Error(`The demo placed no order "${label}".`);
  return order;
}
