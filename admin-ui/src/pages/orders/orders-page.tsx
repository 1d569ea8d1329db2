import { useDispatch, useSelect } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { Link } from '../../components/link.tsx';
import { ListSearch } from '../../components/list-search.tsx';
import { Pager } from '../../components/pager.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, Loaded } from '../../components/views.tsx';
import { ORDER_STATES, type OrderPage } from '../../data/contract.ts';
import { type OrderFilter, sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count } from '../../format.ts';
import { useKept } from '../../hooks/kept.ts';
import type { Params } from '../../hooks/route.ts';
import { usePolling } from '../../hooks/timing.ts';
import { stateLabel } from '../../labels.ts';
import { OrderTable } from './order-table.tsx';

/** Every order the store knows, by state; the filter is in the address, so that it can be kept and passed on. */
export function OrdersPage({ params }: { params: Record<string, string> }) {
  const { state, code, search } = params;
  const filter: OrderFilter = {
    ...(state && { state }),
    ...(code && { code }),
    ...(search && { search }),
    page: Math.max(1, Math.trunc(Number(params.paged)) || 1),
    perPage: 25,
  };
  const { resource, stale } = useKept(
    useSelect((select) => select(store).getOrders(filter), [state, code, search, params.paged]),
  );
  const { refresh } = useDispatch(store);
  const again = () => void refresh(sources.orders(filter));
  usePolling(again, 30_000);
  return (
    <Section title={__('Orders', 'ar-bridge')} flush>
      <div className="arb-toolbar">
        <StateFilter params={params} />
        <ListSearch
          tab="orders"
          label={__('Search orders', 'ar-bridge')}
          placeholder={__('Order, customer, document', 'ar-bridge')}
          search={search ?? ''}
        />
      </div>
      {code && (
        <p className="arb-chip">
          {/* translators: %s: code of a cause, such as rules.no_account */}
          {sprintf(__('Cause: %s', 'ar-bridge'), code)}{' '}
          <Link tab="orders" params={{ ...params, code: undefined, paged: undefined }}>
            {__('Show all causes', 'ar-bridge')}
          </Link>
        </p>
      )}
      <Loaded resource={resource} onRetry={again} rows={8}>
        {(page) => <Result page={page} params={params} filtered={Boolean(state || code || search)} stale={stale} />}
      </Loaded>
    </Section>
  );
}

interface ResultProps {
  page: OrderPage;
  params: Params;
  filtered: boolean;
  stale: boolean;
}

function Result({ page, params, filtered, stale }: ResultProps) {
  if (page.orders.length === 0) {
    return filtered || page.page > 1 ? (
      <Empty title={__('No order matches.', 'ar-bridge')}>
        <Link tab="orders">{__('Show all orders', 'ar-bridge')}</Link>
      </Empty>
    ) : (
      <Empty title={__('No order yet.', 'ar-bridge')}>
        {__('Every order of the store is listed here from its first change on, also those that are left out.', 'ar-bridge')}
      </Empty>
    );
  }
  return (
    <>
      <OrderTable caption={__('Orders', 'ar-bridge')} orders={page.orders} stale={stale} />
      <Pager tab="orders" params={params} page={page.page} perPage={page.perPage} total={page.total} />
    </>
  );
}

function StateFilter({ params }: { params: Record<string, string> }) {
  const counts = useSelect((select) => select(store).getOverview(), []).data?.counts;
  return (
    <ul className="arb-filter" aria-label={__('State', 'ar-bridge')}>
      {[undefined, ...ORDER_STATES].map((state) => {
        const orders = state && counts?.[state];
        return (
          <li key={state ?? 'all'}>
            <Link
              tab="orders"
              params={{ ...params, state, paged: undefined }}
              current={params.state === state}
              className={params.state === state ? 'is-current' : undefined}
            >
              {state ? stateLabel(state) : __('All', 'ar-bridge')}
              {orders ? <span className="arb-filter__count">{count(orders)}</span> : null}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
