import { dayIn } from '../domain/dates.ts';
import { err, type Failure, needsAttention, ok, type Result } from '../domain/failures.ts';
import { sum } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import type { Setup } from '../domain/setup.ts';

type Row = Setup['exclusions'][number];

export interface Excluded {
  code: string;
  message: string;
}

/**
 * Why the set-up leaves out an order that was never posted; null where it does not.
 *
 * Fails   needs-attention order.tags_unknown: an exclusion asks for a tag, and the store did not say which tags the order has
 */
export function excludedBySetup(order: StoreOrder, setup: Setup): Result<Excluded | null> {
  if (setup.cutOver && dayIn(setup.timeZone, order.createdAt) < setup.cutOver) {
    return ok({
      code: 'order.before_cut_over',
      message: `The order is from ${dayIn(setup.timeZone, order.createdAt)}, before the cut-over on ${setup.cutOver}.`,
    });
  }
  const rule = setup.exclusions.find((row) => excludes(row, order) === true);
  if (rule) return ok({ code: 'order.excluded_by_rule', message: `Left out by the exclusion "${rule.name}".` });
  if (order.presence !== 'live' && order.payments.length === 0) {
    return ok({ code: 'order.deleted', message: 'The order was deleted before anything was posted.' });
  }
  if (isOverNothing(order) && !keepsMoney(order) && setup.zeroTotalOrders === 'skip') {
    return ok({ code: 'order.zero_total', message: 'The order is over 0.00; the set-up skips such orders.' });
  }
  const perhaps = setup.exclusions.find((row) => excludes(row, order) === 'unknown');
  return perhaps ? err(tagsUnknown(order, perhaps)) : ok(null);
}

/** A total of 0.00 that no gift card or credit brought about. */
const isOverNothing = (order: StoreOrder): boolean => order.total === 0 && order.lines.every((line) => line.net === 0);

/** Money that came in and was not given back is somebody's, whatever the order is over by now. */
function keepsMoney({ payments, refunds }: StoreOrder): boolean {
  const standing = payments.filter(({ takenBackAt }) => !takenBackAt);
  if (standing.some(({ unreadable }) => unreadable)) return true;
  return sum(standing.map(({ amount }) => amount)) > sum(refunds.map(({ amount }) => amount));
}

/** Whether all conditions of a row hold; unknown where all do but a tag nobody told us of. */
function excludes(row: Row, order: StoreOrder): boolean | 'unknown' {
  const checks = [
    row.status === undefined ? undefined : order.status === row.status,
    row.gateway === undefined ? undefined : order.paymentMethod === row.gateway,
    row.role === undefined ? undefined : order.customer.role === row.role,
    row.createdVia === undefined ? undefined : order.createdVia === row.createdVia,
    row.customerId === undefined ? undefined : order.customerId === row.customerId,
    row.zeroTotal === undefined ? undefined : order.total === 0,
    row.metaKey === undefined ? undefined : hasMeta(order, row.metaKey, row.metaValue),
    row.tag === undefined ? undefined : hasTag(order, row.tag),
  ].filter((check) => check !== undefined);
  if (checks.length === 0 || checks.includes(false)) return false;
  return checks.includes('unknown') ? 'unknown' : true;
}

/** A value may be a list, as some plugins keep labels: then any entry will do. */
const hasMeta = (order: StoreOrder, wanted: string, value: string | undefined): boolean =>
  order.meta.some(
    (row) =>
      row.key === wanted &&
      (value === undefined || (Array.isArray(row.value) ? row.value : [row.value]).some((one) => String(one) === value)),
  );

function hasTag(order: StoreOrder, tag: string): boolean | 'unknown' {
  if (order.tags === undefined) return 'unknown';
  const wanted = tag.toLowerCase();
  return order.tags.some(({ slug, name }) => slug.toLowerCase() === wanted || name.toLowerCase() === wanted);
}

const tagsUnknown = (order: StoreOrder, { name, tag }: Row): Failure =>
  needsAttention(
    'order.tags_unknown',
    `The exclusion "${name}" leaves out orders with the tag "${tag}", but the store’s answer does not say which tags order ${order.number} has: ` +
      'the field "ar_bridge" with its tags is missing.',
    'Install or update the AR Bridge plugin in the store, or take the tag out of the exclusion (Connections > Business set-up). Then resume the order.',
  );
