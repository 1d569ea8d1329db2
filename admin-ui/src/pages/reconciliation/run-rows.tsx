import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { Amount } from '../../components/amount.tsx';
import { Badge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { SelectField, ToggleField } from '../../components/fields.tsx';
import { Pager } from '../../components/pager.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, Loaded } from '../../components/views.tsx';
import type { Measure, ReconcileRow, RunView } from '../../data/contract.ts';
import { requestFile } from '../../data/request.ts';
import { type RowFilter, sources } from '../../data/sources.ts';
import { count, day, isZero } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { useKept } from '../../hooks/kept.ts';
import { go, urlOf } from '../../hooks/route.ts';
import { saveAs } from '../../save-as.ts';
import { Difference } from './difference.tsx';
import { RowOrders } from './row-orders.tsx';
import { gatewayLabel, MEASURES, measureLabel, reasonLabel } from './words.ts';

const PER_PAGE = 25;
type Result = NonNullable<RunView['result']>;

interface RunRowsProps {
  run: RunView;
  result: Result;
  params: Record<string, string>;
}

/** The table per day, gateway and currency; a row opens into its orders. Filters are in the address. */
export function RunRows({ run, result, params }: RunRowsProps) {
  const filter = filterOf(params);
  const fresh = useFresh(sources.runRows(run.id, filter));
  const { resource, stale } = useKept(fresh.resource);
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <Section title={__('Day by day', 'ar-bridge')} actions={<Downloads run={run} />} flush>
      <Filters run={run} result={result} params={params} filter={filter} />
      <Loaded resource={resource} onRetry={fresh.again} rows={6}>
        {(page) =>
          page.rows.length === 0 ? (
            <Empty
              title={
                filter.only === 'differences'
                  ? __('No row differs.', 'ar-bridge')
                  : __('Nothing was sold, refunded, paid or posted.', 'ar-bridge')
              }
            />
          ) : (
            <>
              <DataTable
                caption={__('Store and Oracle, day by day', 'ar-bridge')}
                columns={columns(result, opened, setOpened)}
                rows={page.rows}
                keyOf={keyOf}
                stale={stale}
                below={(row) => opened === keyOf(row) && <RowOrders run={run.id} row={row} only={filter.only} />}
              />
              <Pager
                tab="reconciliation"
                params={{ ...params, run: run.id }}
                page={page.page}
                perPage={page.perPage}
                total={page.total}
              />
            </>
          )
        }
      </Loaded>
    </Section>
  );
}

const keyOf = ({ day: of, businessUnit, gateway, currency }: ReconcileRow): string =>
  [of, businessUnit, gateway, currency].join('|');

/** In the address no gateway at all is `-`: an empty value means any. */
const NO_GATEWAY = '-';

function filterOf({ only, gateway, currency, paged }: Record<string, string>): RowFilter {
  return {
    only: only === 'differences' ? 'differences' : 'all',
    ...(gateway && { gateway: gateway === NO_GATEWAY ? '' : gateway }),
    ...(currency && { currency }),
    page: Math.max(1, Number(paged) || 1),
    perPage: PER_PAGE,
  };
}

function Filters({ run, result, params, filter }: RunRowsProps & { filter: RowFilter }) {
  const set = (name: string) => (value: string) =>
    go(urlOf('reconciliation', { ...params, run: run.id, paged: undefined, [name]: value }), 'replace');
  return (
    <div className="arb-toolbar arb-filters">
      <ToggleField
        label={__('Only rows that differ', 'ar-bridge')}
        checked={filter.only === 'differences'}
        onChange={(checked) => set('only')(checked ? 'differences' : '')}
      />
      {result.gateways.length > 1 && (
        <SelectField
          label={__('Gateway', 'ar-bridge')}
          value={params.gateway ?? ''}
          options={[
            { value: '', label: __('All gateways', 'ar-bridge') },
            ...result.gateways.map((name) => ({ value: name || NO_GATEWAY, label: gatewayLabel(name) })),
          ]}
          onChange={set('gateway')}
        />
      )}
      {result.currencies.length > 1 && (
        <SelectField
          label={__('Currency', 'ar-bridge')}
          value={params.currency ?? ''}
          options={[
            { value: '', label: __('All currencies', 'ar-bridge') },
            ...result.currencies.map((name) => ({ value: name, label: name })),
          ]}
          onChange={set('currency')}
        />
      )}
    </div>
  );
}

function Downloads({ run }: { run: RunView }) {
  const act = useAct();
  const download = async (what: 'rows' | 'differences' | 'orders') => {
    const outcome = await act.run(what, () => requestFile(`/reconcile/runs/${run.id}/csv?what=${what}`));
    if (outcome.ok) saveAs(outcome.value, `ar-bridge-${run.from}-${run.to}-${what}.csv`);
  };
  const button = (what: 'rows' | 'differences' | 'orders', text: string) => (
    <ActButton act={act} name={what} onClick={() => void download(what)}>
      {text}
    </ActButton>
  );
  return (
    <>
      <ActFailure act={act} />
      {button('rows', __('Rows as CSV', 'ar-bridge'))}
      {button('differences', __('Differences as CSV', 'ar-bridge'))}
      {button('orders', __('Orders as CSV', 'ar-bridge'))}
    </>
  );
}

function columns(result: Result, opened: string | null, open: (key: string | null) => void): Column<ReconcileRow>[] {
  return [
    {
      id: 'day',
      header: __('Day', 'ar-bridge'),
      heads: true,
      cell: (row) => (
        <>
          <span className="arb-nowrap">{day(row.day)}</span>
          <span className="arb-sub">
            {gatewayLabel(row.gateway)}, {row.currency}
            {result.businessUnits.length > 1 && `, ${row.businessUnit}`}
          </span>
        </>
      ),
    },
    {
      id: 'orders',
      header: __('Orders', 'ar-bridge'),
      align: 'end',
      cell: (row) => <span className="arb-amount">{count(row.orders)}</span>,
    },
    ...MEASURES.map((measure) => ({
      id: measure,
      header: measureLabel(measure),
      align: 'end' as const,
      cell: (row: ReconcileRow) => <Sides row={row} measure={measure} />,
    })),
    {
      id: 'why',
      header: __('Why', 'ar-bridge'),
      cell: (row) => <Reasons row={row} />,
    },
    {
      id: 'act',
      header: __('Orders of the row', 'ar-bridge'),
      quietHeader: true,
      align: 'end',
      cell: (row) => {
        const isOpen = opened === keyOf(row);
        return (
          <Button
            variant="tertiary"
            size="compact"
            aria-expanded={isOpen}
            aria-label={sprintf(
              isOpen
                ? /* translators: 1: day, 2: payment gateway */
                  __('Close the orders of %1$s, %2$s', 'ar-bridge')
                : /* translators: 1: day, 2: payment gateway */
                  __('Open the orders of %1$s, %2$s', 'ar-bridge'),
              day(row.day),
              gatewayLabel(row.gateway),
            )}
            onClick={() => open(isOpen ? null : keyOf(row))}
          >
            {isOpen ? __('Close', 'ar-bridge') : __('Open', 'ar-bridge')}
          </Button>
        );
      },
    },
  ];
}

/** The store's amount; Oracle's and the difference only where they are not the same. */
function Sides({ row, measure }: { row: ReconcileRow; measure: Measure }) {
  const { store, oracle, difference } = row.measures[measure];
  return (
    <>
      <Amount value={store} />
      {!isZero(difference) && (
        <span className="arb-sub">
          {/* translators: %s: amount */}
          {__('Oracle', 'ar-bridge')} <Amount value={oracle} />
          <br />
          <Difference value={difference} currency={row.currency} />
        </span>
      )}
    </>
  );
}

function Reasons({ row }: { row: ReconcileRow }) {
  const reasons = [...new Set(row.reasons.map(({ reason }) => reason))];
  if (reasons.length === 0) return <Badge tone="good">{__('Balanced', 'ar-bridge')}</Badge>;
  return (
    <ul className="arb-words">
      {reasons.map((reason) => (
        <li key={reason}>
          <Badge tone={reason === 'unknown' ? 'bad' : 'warning'}>{reasonLabel(reason)}</Badge>
        </li>
      ))}
    </ul>
  );
}
