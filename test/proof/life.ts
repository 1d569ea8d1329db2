import type { Dice } from './dice.ts';
import { CATALOGUE, COMPANY, GRATIS, PRODUCTS, type ProofShop, type ShopIds } from './shop.ts';
import type { Act, Fee, OrderWish, RefundAct, RefundShape } from './wish.ts';

const DAY_S = 86_400;
/** Those that leave something to pay. */
const COUPONS = Object.keys(CATALOGUE.coupons).filter((code) => code !== GRATIS);

/** A random order: any mix of products, prices, taxes, coupons, fees, shipping, customers, gateways and dates that a shop may see. */
export function anyWish(dice: Dice, shop: ProofShop, ids: ShopIds, nowS: number): OrderWish {
  const way = dice.weighted({ cart: 5, hand: 4 });
  const status = dice.weighted({
    processing: 60,
    completed: 10,
    pending: 12,
    'on-hold': 8,
    packing: 3,
    cancelled: 3,
    failed: 2,
    refunded: 2,
  });
  const placedAt = nowS - Math.floor(dice.chance(0.5) ? dice.whole(0, 2 * DAY_S) : dice.whole(0, 50 * DAY_S)) - 600;
  const customer = dice.chance(0.35) ? dice.pick(CATALOGUE.customers) : null;
  const name = dice.pick(['Kim', 'Noor', 'Ines', 'Tom', 'Li']);
  const paid = ['processing', 'completed'].includes(status);
  const gateway = dice.weighted({ bacs: 4, proof_card: 6, cheque: 2, cod: 2 });
  return {
    way,
    place: dice.pick(['oakland', 'oakland', 'new-york', 'portland', 'berlin', 'montreal'] as const),
    currency: dice.pick(shop.currencies),
    customer: customer ? (ids.customers[customer.user] ?? 0) : 0,
    firstName: customer?.firstName ?? name,
    lastName: customer?.lastName ?? 'Guest',
    email: customer?.email ?? `${name.toLowerCase()}@guest.example`,
    lines: Array.from({ length: Number(dice.weighted({ 1: 4, 2: 4, 3: 2, 6: 1 })) }, () => anyLine(dice, way)).filter(firstOfSku),
    coupons: dice.chance(0.25) ? [dice.pick(COUPONS)] : [],
    fees: dice.chance(0.2) ? [anyFee(dice)] : [],
    shipping:
      way === 'hand' && dice.chance(0.7)
        ? Array.from({ length: dice.whole(1, 2) }, () => dice.pick(['5.00', '6.90', '3.33', '0']))
        : [],
    exempt: dice.chance(0.06),
    gateway,
    giftCard: way === 'hand' && dice.chance(0.08) ? dice.whole(1, 4) : 0,
    ...anyOrigin(dice, customer?.company ?? ''),
    note: '',
    placedAt,
    // Cash on delivery is on its way unpaid; WooCommerce itself dates a payment with the status.
    paidAt: paid && gateway !== 'cod' ? Math.min(nowS - 300, placedAt + dice.whole(0, 3 * DAY_S)) : 0,
    status,
  };
}

/** What other plugins note at an order, and where it was placed. */
function anyOrigin(dice: Dice, company: string): Pick<OrderWish, 'meta' | 'via' | 'street' | 'company'> {
  const meta: Record<string, string> = { _proof_channel: dice.pick(['web', 'app', '']) };
  if (dice.chance(0.3)) meta._stripe_fee = '1.23';
  if (dice.chance(0.04)) meta._proof_test_order = 'yes';
  if (dice.chance(0.05)) meta._proof_refuse_refunds = 'yes';
  // A company's people order with and without an account.
  if (company !== '' || dice.chance(0.04)) meta._billing_vat_number = 'DE 136 695 976';
  return {
    meta,
    company: meta._billing_vat_number ? COMPANY : company,
    ...(dice.chance(0.05) && { via: 'proof-import' }),
    ...(dice.chance(0.2) && { street: '7 Second Street' }),
  };
}

/** What a plugin labels orders with; two of them are left out by exclusions of SHOPS. */
const TAGS = ['Press sample', 'Press sample', 'Wholesale & trade', 'VIP'];

/** An order with a tag, or with no word of its channel. */
export function anyTags(dice: Dice, wish: OrderWish): OrderWish {
  const tagged = dice.chance(0.15) ? { ...wish, tags: [dice.pick(TAGS)] } : wish;
  if (!dice.chance(0.1)) return tagged;
  const { _proof_channel: _, ...meta } = tagged.meta;
  return { ...tagged, meta };
}

/** An order over 0.00, in one of the ways a shop makes them: worth nothing, or worth something that a gift card paid. */
export function anyGift(dice: Dice, wish: OrderWish): OrderWish {
  if (!dice.chance(0.1)) return wish;
  const free: OrderWish = { ...wish, way: 'hand', coupons: [], fees: [], shipping: [], giftCard: 0 };
  const kettle = { sku: 'KETTLE', quantity: 1, total: '20.00' };
  switch (dice.weighted({ 'no price': 3, coupon: 3, 'gift card': 2, 'set off': 1 })) {
    case 'no price':
      return { ...free, lines: wish.lines.map(({ sku, quantity }) => ({ sku, quantity, total: '0' })) };
    case 'coupon':
      return { ...free, way: 'cart', lines: [{ sku: 'WORKSHOP', quantity: 1 }], coupons: [GRATIS] };
    case 'gift card':
      return { ...free, lines: [kettle], exempt: true, giftCard: 20 };
    case 'set off':
      return { ...free, lines: [kettle, { sku: 'ODD', quantity: 1, total: '-20.00' }], exempt: true };
  }
}

/** Tags come and go, and so does the word of the channel. */
export function anyChangeOfMind(dice: Dice, { tags }: OrderWish): Act[] {
  const acts: Act[] = [];
  if (dice.chance(tags ? 0.4 : 0.08)) acts.push(tags ? { do: 'untag' } : { do: 'tag', tag: dice.pick(TAGS) });
  if (dice.chance(0.1)) acts.push({ do: 'meta', key: '_proof_channel', value: dice.pick(['phone', 'web', '']) });
  return acts;
}

const firstOfSku = (line: { sku: string }, index: number, lines: { sku: string }[]): boolean =>
  lines.findIndex((other) => other.sku === line.sku) === index;

const SELLABLE = [...PRODUCTS.map(({ sku }) => sku).filter((sku) => sku !== 'NO-RULE'), 'HUILA-250', 'HUILA-1000'];

function anyLine(dice: Dice, way: OrderWish['way']): OrderWish['lines'][number] {
  const sku = dice.chance(0.015) ? 'NO-RULE' : dice.pick(SELLABLE);
  const quantity = sku === 'WEIGHED' ? dice.pick([0.25, 0.333, 0.5, 1.75]) : dice.weighted({ 1: 6, 2: 3, 3: 3, 7: 2, 12: 1 });
  const line = { sku, quantity: Number(quantity) };
  if (way === 'cart' || dice.chance(0.8)) return line;
  return { ...line, total: dice.pick(['10.00', '0.01', '33.34', '-2.50', '0', '99.99']) };
}

const anyFee = (dice: Dice): Fee =>
  dice.pick([
    { name: 'Gift wrapping', amount: '4.00', taxable: true },
    { name: 'Tip', amount: '3.50', taxable: false },
    { name: 'Store credit', amount: '-2.00', taxable: false },
    { name: 'Card surcharge', amount: '0.37', taxable: true },
  ]);

/** What happens to an order next. What the shop cannot do (refund what is not there) it refuses, and nothing happens. */
export function anyAct(dice: Dice, ids: ShopIds): Act {
  const kind = dice.weighted({
    refund: 24,
    pay: 12,
    status: 14,
    edit: 16,
    'delete-refund': 5,
    'finish-refund': 2,
    'refunded-status': 2,
    unpay: 2,
    'pay-part': 2,
    trash: 2,
    untrash: 3,
    delete: 1,
    harmless: 4,
    'delete-product': 0.3,
  });
  const which = dice.whole(0, 5);
  switch (kind) {
    case 'refund':
      return anyRefund(dice);
    case 'edit':
      return anyEdit(dice);
    case 'status':
      return {
        do: 'status',
        status: dice.weighted({ completed: 8, processing: 5, cancelled: 5, failed: 2, 'on-hold': 3, pending: 2, packing: 2 }),
      };
    case 'pay':
      return { do: 'pay', transaction: `T-${dice.whole(1, 1e9)}` };
    case 'pay-part':
      return { do: 'pay-part', amount: dice.pick(['1.00', '5.00', '20.00']) };
    case 'unpay':
      // Most come back by the status alone: WooCommerce itself never clears the date.
      if (dice.chance(0.6)) return { do: 'status', status: dice.pick(['pending', 'failed']) };
      return { do: 'unpay', status: dice.pick(['pending', 'failed', 'on-hold']) };
    case 'harmless':
      return dice.pick<Act>([
        { do: 'address', lastName: 'Moved' },
        { do: 'customer', customer: ids.customers[dice.pick(CATALOGUE.customers).user] ?? 0 },
        anyMeta(dice.whole(1, 99)),
        { do: 'status', status: 'completed' },
      ]);
    case 'refunded-status':
    case 'trash':
    case 'untrash':
    case 'delete':
      return { do: kind };
    default:
      return { do: kind, which };
  }
}

/** A note, or what the gateway keeps by now. */
const anyMeta = (value: number): Act =>
  value % 3 === 0
    ? { do: 'meta', key: '_stripe_fee', value: (value / 20).toFixed(2) }
    : { do: 'meta', key: '_proof_note', value: String(value) };

const SHAPES: Record<RefundShape, number> = {
  amount: 6,
  quantity: 4,
  below: 3,
  full: 2,
  rest: 2,
  shipping: 2,
  fee: 1,
  tax: 1,
  above: 2,
  'beyond-line': 1,
  zero: 1,
};

function anyRefund(dice: Dice): RefundAct {
  const shape = dice.weighted(SHAPES);
  return {
    do: 'refund',
    shape,
    which: dice.whole(0, 5),
    quantity: dice.whole(1, 3),
    share: dice.pick([0.1, 0.2, 1 / 3, 0.5, 0.9]),
    reason: dice.pick(['', 'Dented in transit', 'Refunded in the dashboard']),
    byGateway: dice.chance(0.25),
    pending: dice.chance(0.06),
  };
}

function anyEdit(dice: Dice): Act {
  const which = dice.whole(0, 5);
  return dice.pick<() => Act>([
    () => ({ do: 'quantity', which, quantity: dice.pick([1, 2, 5]) }),
    () => ({ do: 'price', which, times: dice.pick([0.5, 0.9, 1.1, 2]) }),
    () => ({ do: 'add-line', sku: dice.pick(SELLABLE), quantity: 1 }),
    () => ({ do: 'add-line', sku: 'ODD', quantity: 1, total: dice.pick(['-1.00', '12.34']) }),
    () => ({ do: 'add-fee', ...anyFee(dice) }),
    () => ({ do: 'remove-line', which }),
    () => ({ do: 'shipping-cost', which, cost: dice.pick(['0', '4.44', '11.00']) }),
  ])();
}
