import { err, type Failure, needsAttention, ok, type Result, rejected } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, minor, roundToIso } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import { grossOf } from '../domain/parts.ts';
import type { PartAmount } from '../domain/posted.ts';
import type { Setup } from '../domain/setup.ts';

type Tender = Setup['tenders'][number];

/** What a gift card or a store credit paid of an order, as a part below zero. */
export interface Tendered extends PartAmount {
  name: string;
}

/**
 * Gift cards and store credit that plugins keep beside the order's lines.
 *
 * In      order  with its meta and the items that only our plugin tells of; tenders  where the set-up says their amounts are
 * Out     one part per tender that paid anything; whether the order's total was lowered by it is for the caller to see
 * Fails   rejected order.tender_unreadable
 */
export function tendersOf(order: StoreOrder, tenders: readonly Tender[]): Result<Tendered[]> {
  // Two places may keep one kind of card: what has one name is one part.
  const paid = new Map<string, number>();
  for (const tender of tenders) {
    for (const amount of amountsOf(order, tender)) {
      const read = roundToIso(amount.trim(), order.decimals);
      if (!read.ok) return err(unreadable(order, tender, amount));
      paid.set(tender.name, (paid.get(tender.name) ?? 0) + Math.abs(read.value));
    }
  }
  return ok(
    [...paid]
      .filter(([, total]) => total > 0)
      .map(([name, total]) => ({ part: `tender:${name}`, name, net: minor(-total), taxes: [] })),
  );
}

/**
 * Why a total that the lines do not explain may be a gift card's doing that we cannot see: null where nothing is hidden. Without our
 * plugin, or with one that is too old, WooCommerce leaves items of other plugins out of its answer.
 */
export function unseenTenders(order: StoreOrder, tenders: readonly Tender[], lines: MinorUnits): Failure | null {
  const kept = tenders.filter(({ itemType }) => itemType !== undefined);
  if (kept.length === 0 || order.otherItems !== undefined) return null;
  return needsAttention(
    'order.items_unknown',
    `The lines of order ${order.number} add up to ${formatMinor(lines, order.decimals)}, its total is ${formatMinor(order.total, order.decimals)} ` +
      `${order.currency}. A ${kept.map(({ name }) => name).join(' or ')} may explain it, but the store’s answer lacks the field "ar_bridge" that tells of them.`,
    'Install or update the AR Bridge plugin in the store; where it is there, something on the way takes the field out of the answer. Then resume the order.',
  );
}

/** An order edited down below what its cards paid: the plugins let the total stop at zero and keep the cards' amounts. Else null. */
export function tenderAboveLines(order: StoreOrder, lines: MinorUnits, tendered: readonly Tendered[]): Failure | null {
  const paid = minor(-grossOf(tendered));
  if (order.total !== 0 || paid <= lines) return null;
  const amount = (units: MinorUnits) => `${formatMinor(units, order.decimals)} ${order.currency}`;
  return rejected(
    'order.tender_above_lines',
    `The lines of order ${order.number} add up to ${amount(lines)}, but ${tendered.map(({ name }) => name).join(' and ')} paid ${amount(paid)} of it; ` +
      `its total is ${amount(order.total)}.`,
    'Give the difference back to the card and lower its amount on the order, or put lines back.',
  );
}

function amountsOf(order: StoreOrder, { itemType, metaKey, path }: Tender): string[] {
  if (itemType !== undefined) {
    return (order.otherItems ?? [])
      .filter(({ type }) => type === itemType)
      .flatMap(({ amounts }) => amounts.filter(({ key }) => key === metaKey).map(({ value }) => value));
  }
  return order.meta.filter(({ key }) => key === metaKey).flatMap(({ value }) => amountsAt(value, path?.split('.') ?? []));
}

function unreadable(order: StoreOrder, { name, itemType, metaKey }: Tender, found: string): Failure {
  const where = itemType === undefined ? `the order meta "${metaKey}"` : `"${metaKey}" of an item of type "${itemType}"`;
  return rejected(
    'order.tender_unreadable',
    `The ${name} of order ${order.number} in ${where} is "${found.slice(0, 40)}", expected an amount.`,
    'Correct it in the store, or the key and path of this tender in the set-up (Connections > Business set-up).',
  );
}

/** Decimal strings at a path of a meta value; a value that is JSON in a string is opened. */
function amountsAt(value: unknown, path: string[]): string[] {
  const [step, ...rest] = path;
  if (typeof value === 'string' && step !== undefined && /^[[{]/.test(value)) {
    try {
      return amountsAt(JSON.parse(value), path);
    } catch {
      return [value];
    }
  }
  if (step === undefined) return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*') return Object.values(value).flatMap((member) => amountsAt(member, rest));
  return Object.hasOwn(value, step) ? amountsAt((value as Record<string, unknown>)[step], rest) : [];
}
