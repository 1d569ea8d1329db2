import type { ReferenceData, ReferenceListName, ReferenceRow, Trail } from '../apply/ports.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import { listAllRows, listRows } from './collection.ts';
import type { OracleHttp } from './http.ts';
import type { OracleSwitches } from './options.ts';
import { equals, finder } from './query.ts';
import {
  dayOf,
  enabledOf,
  LIST_SOURCES,
  type ListSource,
  type Row,
  reference,
  type Scope,
  segmentValuesSource,
  staticLookupsSource,
  wordOf,
} from './reference-lists.ts';
import { FINANCIALS } from './resources.ts';

/** A pod has hundreds of value sets; below this many they are all taken for segments. */
const FEW_VALUE_SETS = 40;

/** Lists of values (port: apply/ports.ts). Source: contract sections 6 and 13, lov.json */
export function createReferenceData(http: OracleHttp, switches: OracleSwitches): ReferenceData {
  return {
    async pull(list, businessUnit, trail) {
      if (list === 'businessUnits') return pullBusinessUnits(http, trail);
      if (list === 'segmentValues') return pullSegmentValues(http, switches, trail);
      const source = LIST_SOURCES[list];
      const scope = await scopeOf(http, businessUnit, list, trail);
      if (!scope.ok) return scope;
      const rows = await rowsOfList(http, list, source, scope.value, switches, trail);
      if (!rows.ok) return rows;
      const mine = source.bySet ? ofSets(rows.value, scope.value.sets) : rows.value;
      return ok(unique(mine.map((row) => source.row(row, switches))));
    },
  };
}

async function rowsOfList(
  http: OracleHttp,
  list: ReferenceListName,
  source: ListSource,
  scope: Scope,
  switches: OracleSwitches,
  trail: Trail,
): Promise<Result<Row[]>> {
  const common = { operation: `pull ${spoken(list)}`, subject: 'reference data' } as const;
  const rows = await listAllRows(
    http,
    { ...common, path: source.path, parameters: { ...source.parameters(scope, switches), onlyData: 'true' } },
    trail,
  );
  const type = lookupTypeOf(list, switches);
  if (!type || !rows.ok || rows.value.length > 0) return rows;
  // A type that the standard list does not know may be among the static lookups (lov.json, useInstead).
  const old = staticLookupsSource(type);
  const more = await listAllRows(http, { ...common, path: old.path, parameters: { ...old.parameters, onlyData: 'true' } }, trail);
  return more.ok ? more : rows;
}

function lookupTypeOf(list: ReferenceListName, switches: OracleSwitches): string | null {
  if (list === 'creditReasons') return switches.creditReasonLookup;
  if (list === 'reversalCategories') return switches.reversalCategoryLookup;
  return list === 'reversalReasons' ? switches.reversalReasonLookup : null;
}

/** `taxClassifications` as "tax classifications". */
const spoken = (list: string): string => list.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const NEEDS_IDS: readonly ReferenceListName[] = ['taxClassifications', 'periods'];

async function scopeOf(
  http: OracleHttp,
  businessUnit: string | null,
  list: ReferenceListName,
  trail: Trail,
): Promise<Result<Scope>> {
  const nothing: Scope = { businessUnitId: null, ledgerId: null, sets: null };
  if (businessUnit === null) return ok(nothing);
  const bySet = list !== 'businessUnits' && list !== 'segmentValues' && LIST_SOURCES[list].bySet === true;
  if (!bySet && !NEEDS_IDS.includes(list)) return ok(nothing);
  if (bySet) {
    const sets = await setsOf(http, businessUnit, trail);
    return sets.ok ? ok({ ...nothing, sets: sets.value }) : sets;
  }
  const unit = await findBusinessUnit(http, businessUnit, trail);
  return unit.ok ? ok({ ...nothing, businessUnitId: unit.value.id, ledgerId: unit.value.ledgerId }) : unit;
}

/** Id and ledger of a business unit. Fails needs-attention oracle.business_unit_unknown. */
export async function findBusinessUnit(
  http: OracleHttp,
  name: string,
  trail: Trail,
): Promise<Result<{ id: string; ledgerId: string | null }>> {
  const rows = await listAllRows(
    http,
    {
      operation: 'find business unit',
      subject: 'reference data',
      path: `${FINANCIALS}/receivablesBusinessUnitsLOV`,
      parameters: { q: equals('BusinessUnitName', name), onlyData: 'true' },
    },
    trail,
  );
  if (!rows.ok) return rows;
  const row = rows.value.find((each) => each.BusinessUnitName === name);
  const id = wordOf(row?.BusinessUnitId);
  if (id !== null) return ok({ id, ledgerId: wordOf(row?.PrimaryLedgerId) });
  return err(
    needsAttention(
      'oracle.business_unit_unknown',
      `Oracle does not show a Receivables business unit "${name}" to the integration user.`,
      'Correct the business unit in Connections, or give the integration user data access to it.',
    ),
  );
}

/**
 * Codes of the sets a business unit uses for any reference group, and COMMON. The groups' own names are not documented, so a row of a
 * set that the unit uses for something else is offered too; Oracle has the last word. Null when Oracle does not tell.
 */
async function setsOf(http: OracleHttp, businessUnit: string, trail: Trail): Promise<Result<ReadonlySet<string> | null>> {
  const by = finder('DeterminantFinder', { bindBusinessUnitCode: businessUnit });
  if (by === null) return ok(null);
  const rows = await listRows(
    http,
    {
      operation: 'find sets of business unit',
      subject: 'reference data',
      path: `${FINANCIALS}/setIdAssignmentsBusinessUnitLOV`,
      parameters: { finder: by, limit: 500, onlyData: 'true' },
    },
    trail,
  );
  if (!rows.ok) return rows.failure.kind === 'retryable' ? rows : ok(null);
  const codes = rows.value.map((row) => wordOf(row.SetCode)).filter((code) => code !== null);
  return ok(codes.length > 0 ? new Set([...codes, 'COMMON']) : null);
}

/** Rows of these sets; all of them when none matches, since a set may be told by its name rather than its code. */
function ofSets(rows: Row[], sets: ReadonlySet<string> | null): Row[] {
  if (!sets) return rows;
  const mine = rows.filter((row) => sets.has(wordOf(row.SetName) ?? 'COMMON'));
  return mine.length > 0 ? mine : rows;
}

/** The same name in two sets is one choice; it can be used when one of them can. */
function unique(rows: (ReferenceRow | null)[]): ReferenceRow[] {
  const byKey = new Map<string, ReferenceRow>();
  for (const row of rows) {
    if (row === null) continue;
    const known = byKey.get(row.key);
    if (!known || (!known.enabled && row.enabled)) byKey.set(row.key, row);
  }
  return [...byKey.values()];
}

async function pullBusinessUnits(http: OracleHttp, trail: Trail): Promise<Result<ReferenceRow[]>> {
  const lov = (name: string) =>
    listAllRows(
      http,
      {
        operation: 'pull business units',
        subject: 'reference data',
        path: `${FINANCIALS}/${name}`,
        parameters: { onlyData: 'true' },
      },
      trail,
    );
  const units = await lov('receivablesBusinessUnitsLOV');
  if (!units.ok) return units;
  // Whether a unit is active and its ledger's currency are told elsewhere; a missing privilege there costs only these.
  const states = await lov('finBusinessUnitsLOV');
  const ledgers = await lov('ledgersLOV');
  const stateOf = new Map((states.ok ? states.value : []).map((row) => [wordOf(row.BusinessUnitId), row]));
  const ledgerOf = new Map((ledgers.ok ? ledgers.value : []).map((row) => [wordOf(row.LedgerId), row]));
  return ok(
    unique(
      units.value.map((row) => {
        const id = wordOf(row.BusinessUnitId);
        const ledgerId = wordOf(row.PrimaryLedgerId);
        const ledger = ledgerOf.get(ledgerId);
        return reference(wordOf(row.BusinessUnitName), wordOf(row.BusinessUnitName), {
          enabled: enabledOf(stateOf.get(id)?.ActiveFlag),
          extra: {
            id,
            ledgerId,
            ledger: wordOf(ledger?.Name),
            currency: wordOf(ledger?.CurrencyCode),
            chartOfAccounts: wordOf(ledger?.ChartOfAccountsId),
          },
        });
      }),
    ),
  );
}

async function pullSegmentValues(http: OracleHttp, switches: OracleSwitches, trail: Trail): Promise<Result<ReferenceRow[]>> {
  const sets = await segmentValueSets(http, switches, trail);
  if (!sets.ok) return sets;
  const rows: ReferenceRow[] = [];
  for (const { valueSet, segment } of sets.value) {
    const source = segmentValuesSource(valueSet);
    const values = await listAllRows(
      http,
      {
        operation: 'pull segment values',
        subject: 'reference data',
        number: valueSet,
        path: source.path,
        parameters: { ...source.parameters, onlyData: 'true' },
      },
      trail,
    );
    if (!values.ok) return values;
    for (const row of values.value) {
      const value = wordOf(row.Value);
      const found = reference(value && `${valueSet}/${value}`, wordOf(row.Description) ?? value, {
        // A summary value is a parent in a hierarchy: nothing can be posted to it.
        enabled: enabledOf(row.EnabledFlag) && row.SummaryFlag !== 'Y',
        endDate: dayOf(row.EndDateActive),
        extra: { value, valueSet, segment },
      });
      if (found) rows.push(found);
    }
  }
  return ok(unique(rows));
}

async function segmentValueSets(
  http: OracleHttp,
  switches: OracleSwitches,
  trail: Trail,
): Promise<Result<{ valueSet: string; segment: string | null }[]>> {
  const named = Object.entries(switches.segmentValueSets);
  if (named.length > 0) return ok(named.map(([segment, valueSet]) => ({ valueSet, segment })));
  const rows = await listRows(
    http,
    {
      operation: 'pull value sets',
      subject: 'reference data',
      path: `${FINANCIALS}/valueSets`,
      parameters: { limit: 500, onlyData: 'true' },
    },
    trail,
  );
  if (!rows.ok) return rows;
  const codes = rows.value.map((row) => wordOf(row.ValueSetCode)).filter((code) => code !== null);
  if (codes.length <= FEW_VALUE_SETS) return ok(codes.map((valueSet) => ({ valueSet, segment: null })));
  return err(
    needsAttention(
      'oracle.value_sets_unnamed',
      `Oracle has ${codes.length} or more value sets, and which of them belong to the chart of accounts is not told.`,
      'Name the value set of each segment in the configuration (segmentValueSets).',
    ),
  );
}
