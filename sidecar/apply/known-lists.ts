import type { Known } from '../derive/rule-problems.ts';
import { dayIn } from '../domain/dates.ts';
import type { RuleFacts } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import type { References } from '../store/references.ts';
import type { StoreListName } from './reference-pull.ts';

type Lists = Pick<References, 'find' | 'firstWith' | 'rows' | 'pulledAtMs'>;

/** Far above any shop's number of categories, rates, gateways or methods. */
const ALL = 100_000;

/** What both systems have, as rules are checked against it (derive/rule-problems.ts). */
export function knownOf(references: Lists, setup: Setup | null, nowMs: number): Known {
  const namesOf = (list: StoreListName): ReadonlySet<string> | null =>
    references.pulledAtMs(list) === null ? null : new Set(references.rows(list, '', ALL).map((row) => row.key));
  const classes = namesOf('storeTaxClasses');
  const rates = namesOf('storeTaxRates');
  return {
    setup,
    today: dayIn(setup?.timeZone ?? 'UTC', new Date(nowMs).toISOString()),
    find: (list, key) => references.find(list, key),
    pulled: (list, prefix = '') => {
      const first = references.firstWith(list, prefix);
      if (!first || list !== 'accountCombinations' || !setup) return first !== null;
      // Some pods name combinations by their id only: such a list says nothing about segments.
      return first.key.split(setup.segmentSeparator).length === setup.segments.length;
    },
    store: {
      categoryId: namesOf('storeCategories'),
      // Rate 0 is in no list: tax without a rate.
      taxRateId: rates && new Set([...rates, '0']),
      gateway: namesOf('storeGateways'),
      shippingMethod: namesOf('storeShippingMethods'),
      // Lines of the standard class carry an empty text; shipping may take the class of the cart.
      taxClass: classes && new Set([...classes, '', 'inherit']),
    },
  };
}

/** A category and those above it, nearest first, as the store's list has them. */
export function categoryPaths(references: Pick<References, 'find'>): (id: number) => RuleFacts['categories'][number] {
  return (id) => {
    const path: RuleFacts['categories'][number] = [];
    for (let at = id; at > 0 && !path.some((above) => above.id === at); ) {
      const row = references.find('storeCategories', String(at));
      path.push({ id: at, slug: row?.extra.slug ?? '', name: row?.label ?? String(at) });
      at = Number(row?.extra.parent ?? 0);
    }
    return path;
  };
}
