import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { Link } from '../../components/link.tsx';
import { ListSearch } from '../../components/list-search.tsx';
import { Pager } from '../../components/pager.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, Loaded } from '../../components/views.tsx';
import type { CustomerPage } from '../../data/contract.ts';
import { requestFile } from '../../data/request.ts';
import { CUSTOMERS_CSV, type CustomerFilter, sources } from '../../data/sources.ts';
import { count } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { useKept } from '../../hooks/kept.ts';
import { usePolling } from '../../hooks/timing.ts';
import { saveAs } from '../../save-as.ts';
import { CustomerTable } from './customer-table.tsx';
import { FindInStore } from './find-in-store.tsx';
import { MergeHints } from './merge-hints.tsx';

/** Every customer who has an account, or whose orders wait for one; the filter is in the address. */
export function CustomerList({ params }: { params: Record<string, string> }) {
  const { show, search } = params;
  const filter: CustomerFilter = {
    ...(show && { show }),
    ...(search && { search }),
    page: Math.max(1, Math.trunc(Number(params.paged)) || 1),
    perPage: 25,
  };
  const fresh = useFresh(sources.customers(filter));
  const { resource, stale } = useKept(fresh.resource);
  usePolling(fresh.again, 30_000);
  return (
    <div className="arb-stack">
      <Section
        title={__('Customers', 'ar-bridge')}
        about={__(
          'Which Oracle account each customer of the store is billed to. An account once found stays; only a person changes it.',
          'ar-bridge',
        )}
        actions={<ListActs />}
        flush
      >
        <div className="arb-toolbar">
          <Filter params={params} counts={resource.data?.counts} />
          <ListSearch
            tab="customers"
            label={__('Search customers', 'ar-bridge')}
            placeholder={__('Name, e-mail, account, customer id', 'ar-bridge')}
            search={search ?? ''}
          />
        </div>
        <Loaded resource={resource} onRetry={fresh.again} rows={8}>
          {(page) => <Result page={page} params={params} stale={stale} />}
        </Loaded>
      </Section>
      <MergeHints />
    </div>
  );
}

function ListActs() {
  const act = useAct();
  const [finding, setFinding] = useState(false);
  const download = async () => {
    const outcome = await act.run('csv', () => requestFile(CUSTOMERS_CSV));
    if (outcome.ok) saveAs(outcome.value, 'ar-bridge-customers.csv');
  };
  return (
    <>
      <ActFailure act={act} />
      <ActButton act={act} name="find" onClick={() => setFinding(true)}>
        {__('Find a store customer', 'ar-bridge')}
      </ActButton>
      <Link tab="customers" params={{ view: 'import' }} className="components-button is-secondary is-compact">
        {__('Import CSV', 'ar-bridge')}
      </Link>
      <ActButton act={act} name="csv" onClick={() => void download()}>
        {__('Export CSV', 'ar-bridge')}
      </ActButton>
      {finding && <FindInStore onClose={() => setFinding(false)} />}
    </>
  );
}

function Result({ page, params, stale }: { page: CustomerPage; params: Record<string, string>; stale: boolean }) {
  if (page.customers.length > 0) {
    return (
      <>
        <CustomerTable customers={page.customers} stale={stale} />
        <Pager tab="customers" params={params} page={page.page} perPage={page.perPage} total={page.total} />
      </>
    );
  }
  return params.show || params.search || page.page > 1 ? (
    <Empty title={__('No customer matches.', 'ar-bridge')}>
      <Link tab="customers">{__('Show all customers', 'ar-bridge')}</Link>
    </Empty>
  ) : (
    <Empty title={__('No customer yet.', 'ar-bridge')}>
      {__('Customers are listed from their first posted order on. Shared accounts need no row here.', 'ar-bridge')}
    </Empty>
  );
}

function Filter({ params, counts }: { params: Record<string, string>; counts: CustomerPage['counts'] | undefined }) {
  const shown = [
    { show: undefined, label: __('All', 'ar-bridge'), rows: 0 },
    { show: 'waiting', label: __('Orders wait', 'ar-bridge'), rows: counts?.waiting ?? 0 },
    { show: 'problems', label: __('To be looked at', 'ar-bridge'), rows: counts?.problems ?? 0 },
  ];
  return (
    <ul className="arb-filter" aria-label={__('Show', 'ar-bridge')}>
      {shown.map(({ show, label, rows }) => (
        <li key={label}>
          <Link
            tab="customers"
            params={{ ...params, show, paged: undefined }}
            current={params.show === show}
            className={params.show === show ? 'is-current' : undefined}
          >
            {label}
            {rows > 0 && <span className="arb-filter__count">{count(rows)}</span>}
          </Link>
        </li>
      ))}
      {counts && counts.waitingOrders > 0 && (
        <li className="arb-quiet">
          {/* translators: %s: number of orders */}
          {sprintf(__('Orders that wait for a customer: %s', 'ar-bridge'), count(counts.waitingOrders))}
        </li>
      )}
    </ul>
  );
}
