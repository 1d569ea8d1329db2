import type { Shop, ShopCatalogue } from '../capture/ports.ts';
import { unavailableOnly } from '../domain/brake.ts';
import { dayIn } from '../domain/dates.ts';
import { err, type Failure, needsAttention, ok, type Result } from '../domain/failures.ts';
import type { RuleSet } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import type { Store } from '../store/store.ts';
import {
  type CustomerDirectory,
  REFERENCE_LISTS,
  type ReferenceData,
  type ReferenceListName,
  type ReferenceRow,
  type Trail,
} from './ports.ts';
import { type Delta, deltaOf } from './reference-delta.ts';
import { turns } from './turns.ts';

/** What the store has that rules can name; from its catalogue. */
export const STORE_LISTS = [
  'storeCategories',
  'storeTaxRates',
  'storeTaxClasses',
  'storeGateways',
  'storeShippingMethods',
] as const;
export type StoreListName = (typeof STORE_LISTS)[number];
/** The shared bill-to accounts that set-up and rules name, as Oracle has them. */
export const SHARED_ACCOUNTS = 'sharedAccounts';
/** Between the sites of a shared account, in its row. */
const SITES_APART = '\n';
/** Why a site of a shared account cannot be billed, by the last pull; null while nothing speaks against it. */
export function siteProblem(row: Pick<ReferenceRow, 'key' | 'enabled' | 'extra'>, site: string): string | null {
  const sites = row.extra.sites?.split(SITES_APART) ?? [];
  // An account whose sites show no number says nothing.
  if (!row.enabled || row.extra.sites == null || row.extra.sites === '' || sites.includes(site)) return null;
  return `Oracle has no bill-to site ${site} of account ${row.key} that can be used`;
}
export type ListName = ReferenceListName | StoreListName | typeof SHARED_ACCOUNTS;
export const ALL_LISTS: readonly ListName[] = [...REFERENCE_LISTS, SHARED_ACCOUNTS, ...STORE_LISTS];

/** Lists that differ between business units: pulled for each of the set-up's. */
const BY_UNIT: readonly ListName[] = [
  'transactionSources',
  'invoiceTypes',
  'creditMemoTypes',
  'paymentTerms',
  'memoLines',
  'taxClassifications',
  'periods',
];

export interface KeeperOptions {
  store: Pick<Store, 'write' | 'references' | 'settings'>;
  references: ReferenceData;
  shop: Pick<Shop, 'catalogue'>;
  directory: Pick<CustomerDirectory, 'findAccount'>;
  setup: () => Setup | null;
  rules: () => RuleSet;
  trail: Trail;
  nowMs: () => number;
  /** After a pull that brought something: what broke is looked for. */
  onPulled?: () => Promise<void>;
}

/** Rows that one transaction takes: a list of 100,000 accounts must not hold up what else is written. */
const ROWS_PER_WRITE = 500;
const ROWS_PER_READ = 2_000;
/** Lists in a row that an endpoint's fault kept from coming. */
const GIVE_UP_AFTER = 2;
const CHANGES_KEPT_MS = 180 * 86_400_000;

/**
 * Keeps the lists of values of both systems. A list that fails leaves its last state and does not keep the others from coming. Two pulls
 * of one list never run at a time: who asks while one is under way waits for that one.
 */
export class ReferenceKeeper {
  private readonly options: KeeperOptions;
  private readonly underWay = new Map<readonly ListName[], Promise<Result<number>>>();

  constructor(options: KeeperOptions) {
    this.options = options;
  }

  /**
   * Pulls lists one after the other: the two systems see one call of ours at a time.
   *
   * Out     rows held in all; the first failure when no list came
   */
  async pull(lists: readonly ListName[] = ALL_LISTS): Promise<Result<number>> {
    const { store, nowMs, onPulled } = this.options;
    let rows = 0;
    let pulled = 0;
    let away = 0;
    let first: Result<number> | null = null;
    for (const group of new Set(lists.map(groupOf))) {
      const result = await this.pullGroup(group);
      if (result.ok) {
        rows += result.value;
        pulled += 1;
        away = 0;
      } else {
        first ??= result;
        // A system that is away answers for none of its lists; asking for each would be a burst of probes.
        away = isAway(result.failure) ? away + 1 : 0;
        if (away === GIVE_UP_AFTER) break;
      }
    }
    if (pulled > 0) {
      await store.write(() => store.references.forgetChangesBefore(nowMs() - CHANGES_KEPT_MS));
      await onPulled?.();
    }
    return pulled > 0 || first === null ? ok(rows) : first;
  }

  private pullGroup(group: readonly ListName[]): Promise<Result<number>> {
    const running = this.underWay.get(group);
    if (running) return running;
    const work = this.fetchAndKeep(group).finally(() => this.underWay.delete(group));
    this.underWay.set(group, work);
    return work;
  }

  private async fetchAndKeep(group: readonly ListName[]): Promise<Result<number>> {
    const { store, nowMs } = this.options;
    // The brake knows that the system is away and has not called it: the list stays as it is.
    const fetched = await this.fetch(group).catch(unavailableOnly);
    if (!fetched.ok) {
      await store.write(() => {
        for (const list of group) store.references.notPulled(list, fetched.failure.message, nowMs());
      });
      return fetched;
    }
    for (const [list, rows] of fetched.value) await this.keep(list, rows);
    return ok(fetched.value.reduce((total, [, rows]) => total + rows.length, 0));
  }

  private async fetch(group: readonly ListName[]): Promise<Result<[ListName, ReferenceRow[]][]>> {
    const [list] = group;
    if (group === STORE_LISTS) {
      const catalogue = await this.options.shop.catalogue(this.options.trail);
      return catalogue.ok ? ok(Object.entries(rowsOfCatalogue(catalogue.value)) as [StoreListName, ReferenceRow[]][]) : catalogue;
    }
    const rows = await this.fromOracle(list as ReferenceListName | typeof SHARED_ACCOUNTS);
    return rows.ok ? ok([[list as ListName, rows.value]]) : rows;
  }

  private async fromOracle(list: ReferenceListName | typeof SHARED_ACCOUNTS): Promise<Result<ReferenceRow[]>> {
    const { references, store, trail } = this.options;
    const setup = this.options.setup();
    if (list === SHARED_ACCOUNTS) return this.sharedAccounts(setup);
    const rows = await references.pull(list, setup?.businessUnit ?? null, trail);
    if (!rows.ok) return rows;
    // A user that lost its data access is shown nothing; wiping a list would call everything in it gone.
    if (rows.value.length === 0 && store.references.firstWith(list, '')) return err(cameEmpty(list));
    const byKey = new Map(rows.value.map((row) => [row.key, row]));
    for (const unit of BY_UNIT.includes(list) ? (setup?.businessUnits ?? []) : []) {
      const more = await references.pull(list, unit.businessUnit, trail);
      if (!more.ok) return more;
      for (const row of more.value) merge(byKey, list === 'periods' ? ofLedger(row, byKey) : row);
    }
    return ok([...byKey.values()]);
  }

  private async sharedAccounts(setup: Setup | null): Promise<Result<ReferenceRow[]>> {
    const rows: ReferenceRow[] = [];
    for (const accountNumber of sharedAccountsOf(setup, this.options.rules())) {
      const found = await this.options.directory.findAccount(accountNumber, this.options.trail);
      if (!found.ok) return found;
      rows.push({
        key: accountNumber,
        label: found.value?.name ?? accountNumber,
        enabled: found.value !== null,
        endDate: null,
        extra: { site: found.value?.site ?? null, sites: found.value?.sites?.join(SITES_APART) ?? null },
      });
    }
    return ok(rows);
  }

  private async keep(list: ListName, after: readonly ReferenceRow[]): Promise<void> {
    const { store, nowMs } = this.options;
    const { references } = store;
    const pause = turns();
    const before = new Map<string, ReferenceRow>();
    for (let key = ''; ; ) {
      const page = references.rowsAfter(list, key, ROWS_PER_READ);
      for (const row of page) before.set(row.key, row);
      if (page.length < ROWS_PER_READ) break;
      key = page.at(-1)?.key ?? '';
      await pause();
    }
    const pulledAtMs = references.pulledAtMs(list);
    const dayOf = (ms: number) => dayIn(this.options.setup()?.timeZone ?? 'UTC', new Date(ms).toISOString());
    const delta = deltaOf(before, after, {
      today: dayOf(nowMs()),
      lastDay: dayOf(pulledAtMs ?? nowMs()),
      first: pulledAtMs === null,
    });
    // What comes and goes there are names in our own set-up; only what Oracle says of them is news.
    if (list === SHARED_ACCOUNTS)
      delta.changes = delta.changes.filter(({ change }) => change === 'closed' || change === 'opened');
    await pause();
    for (const part of inParts(delta, ROWS_PER_WRITE)) await store.write(() => references.write(list, part, nowMs()));
    await store.write(() => references.pulled(list, after.length, nowMs()));
  }
}

const isAway = (failure: Failure): boolean => failure.kind === 'retryable' && failure.endpoint === true;

/** Lists that come together: one answer of the store holds all of its. */
const GROUPS = new Map<ListName, readonly ListName[]>(
  ALL_LISTS.map((list) => [list, (STORE_LISTS as readonly ListName[]).includes(list) ? STORE_LISTS : [list]]),
);
const groupOf = (list: ListName): readonly ListName[] => GROUPS.get(list) ?? [list];

function* inParts({ put, remove, changes }: Delta, size: number): Generator<Delta> {
  for (let at = 0; at < Math.max(put.length, remove.length, changes.length); at += size) {
    yield { put: put.slice(at, at + size), remove: remove.slice(at, at + size), changes: changes.slice(at, at + size) };
  }
}

/** The same name in two business units is one choice; it can be used when one of them can. */
function merge(byKey: Map<string, ReferenceRow>, row: ReferenceRow): void {
  const known = byKey.get(row.key);
  if (!known || (!known.enabled && row.enabled)) byKey.set(row.key, row);
}

/** A period of another ledger than the first business unit's keeps apart from the period of the same name. */
function ofLedger(row: ReferenceRow, byKey: ReadonlyMap<string, ReferenceRow>): ReferenceRow {
  const known = byKey.get(row.key);
  return !known || known.extra.ledgerId === row.extra.ledgerId ? row : { ...row, key: `${row.extra.ledgerId}/${row.key}` };
}

export function sharedAccountsOf(setup: Setup | null, { rules }: RuleSet): string[] {
  const rows = [setup?.customers, ...(setup?.businessUnits ?? [])].flatMap((each) => each?.sharedAccounts ?? []);
  const named = rules.flatMap(({ kind, enabled, outcome }) =>
    kind === 'customer-policy' && enabled && outcome.accountNumber ? [outcome.accountNumber] : [],
  );
  return [...new Set([...rows.map((row) => row.accountNumber), ...named])];
}

function rowsOfCatalogue(catalogue: ShopCatalogue): Record<StoreListName, ReferenceRow[]> {
  const row = (key: string | number, label: string, extra: ReferenceRow['extra'] = {}, enabled = true): ReferenceRow => ({
    key: String(key),
    label: label || String(key),
    enabled,
    endDate: null,
    extra,
  });
  return {
    storeCategories: catalogue.categories.map(({ id, name, slug, parent }) => row(id, name, { slug, parent: String(parent) })),
    storeTaxRates: catalogue.taxRates.map(({ id, name, country, state, rate, class: taxClass }) =>
      row(id, name, { country, state, rate, class: taxClass }),
    ),
    storeTaxClasses: catalogue.taxClasses.map(({ slug, name }) => row(slug, name)),
    storeGateways: catalogue.gateways.map(({ id, title, enabled }) => row(id, title, {}, enabled)),
    storeShippingMethods: catalogue.shippingMethods.map(({ id, title }) => row(id, title)),
  };
}

const cameEmpty = (list: string): Failure =>
  needsAttention(
    'oracle.list_came_empty',
    `Oracle answered the list ${list} without a row, though it had some before; the last state stays.`,
    'Check the data access of the integration user in Oracle.',
  );
