import { useDispatch, useSelect } from '@wordpress/data';
import { useEffect, useRef } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { sources } from '../data/sources.ts';
import { store } from '../data/store.ts';
import { useLeaveGuard } from '../hooks/draft.ts';
import { TABS, type Tab, useRoute } from '../hooks/route.ts';
import { host } from '../host.ts';
import { OrderDetailPage } from '../pages/orders/order-detail-page.tsx';
import { OrdersPage } from '../pages/orders/orders-page.tsx';
import { OverviewPage } from '../pages/overview/overview-page.tsx';
import { lazyPage } from './lazy-page.tsx';
import { Link } from './link.tsx';
import { NotPaired } from './not-paired.tsx';
import { Notices } from './notices.tsx';
import { Loaded } from './views.tsx';

const AuditPage = lazyPage(async () => (await import(/* webpackChunkName: "audit" */ '../pages/audit/audit-page.tsx')).AuditPage);
const ConnectionsPage = lazyPage(
  async () => (await import(/* webpackChunkName: "connections" */ '../pages/connections/connections-page.tsx')).ConnectionsPage,
);
const RulesPage = lazyPage(async () => (await import(/* webpackChunkName: "rules" */ '../pages/rules/rules-page.tsx')).RulesPage);
const CustomersPage = lazyPage(
  async () => (await import(/* webpackChunkName: "customers" */ '../pages/customers/customers-page.tsx')).CustomersPage,
);
const ReconciliationPage = lazyPage(
  async () =>
    (await import(/* webpackChunkName: "reconciliation" */ '../pages/reconciliation/reconciliation-page.tsx')).ReconciliationPage,
);

const tabLabel = (tab: Tab): string =>
  ({
    overview: __('Overview', 'ar-bridge'),
    orders: __('Orders', 'ar-bridge'),
    customers: __('Customers', 'ar-bridge'),
    rules: __('Rules', 'ar-bridge'),
    reconciliation: __('Reconciliation', 'ar-bridge'),
    audit: __('Audit', 'ar-bridge'),
    connections: __('Connections', 'ar-bridge'),
  })[tab];

/** The page's frame: title, tabs, the tab's page, notices. */
export function App() {
  const { tab, params } = useRoute();
  const rulesDrafted = useSelect((select) => select(store).isDrafted('rules'), []);
  const main = useFocusOnMove(placeOf(tab, params));
  useLeaveGuard();
  return (
    <div className="arb-page">
      <header className="arb-header">
        <h1 className="arb-header__title">{__('AR Bridge', 'ar-bridge')}</h1>
        <p className="arb-header__sub">{__('WooCommerce orders in Oracle Fusion Receivables', 'ar-bridge')}</p>
        {host.version && <span className="arb-header__version">{host.version}</span>}
      </header>
      <nav className="arb-tabs" aria-label={__('AR Bridge', 'ar-bridge')}>
        {TABS.map((each) => (
          <Link key={each} tab={each} current={each === tab} className={each === tab ? 'arb-tab is-current' : 'arb-tab'}>
            {tabLabel(each)}
            {each === 'rules' && rulesDrafted && <span className="arb-tab__mark">{__('not saved', 'ar-bridge')}</span>}
          </Link>
        ))}
      </nav>
      <section className="arb-main" ref={main} tabIndex={-1} aria-label={tabLabel(tab)}>
        <Page tab={tab} params={params} />
      </section>
      <Notices />
    </div>
  );
}

function Page({ tab, params }: { tab: Tab; params: Record<string, string> }) {
  const pairing = useSelect((select) => select(store).getPairing(), []);
  const { refresh } = useDispatch(store);
  if (tab === 'connections') return <ConnectionsPage params={params} />;
  // What the plugin knew when it printed the page saves a wait; what it says now counts.
  if (!(pairing.data?.paired ?? host.paired)) {
    return (
      <Loaded resource={pairing} onRetry={() => void refresh(sources.pairing())}>
        {() => <NotPaired />}
      </Loaded>
    );
  }
  switch (tab) {
    case 'overview':
      return <OverviewPage />;
    case 'orders': {
      const id = Number(params.order);
      return Number.isInteger(id) && id > 0 ? <OrderDetailPage key={id} orderId={id} /> : <OrdersPage params={params} />;
    }
    case 'customers':
      return <CustomersPage params={params} />;
    case 'rules':
      return <RulesPage params={params} />;
    case 'reconciliation':
      return <ReconciliationPage params={params} />;
    case 'audit':
      return <AuditPage params={params} />;
  }
}

/** What counts as a page of its own; a filter that is set is none, and leaves the focus where it is. */
function placeOf(tab: Tab, params: Record<string, string>): string {
  if (tab === 'orders') return `orders/${params.order ?? ''}`;
  if (tab === 'customers') return `customers/${params.customer ?? params.view ?? ''}`;
  return tab === 'connections' || tab === 'rules' || tab === 'reconciliation' ? `${tab}/${params.at ?? ''}` : tab;
}

/** After a move to another page the focus goes to its start, so that the next Tab and the next spoken word are there. */
function useFocusOnMove(place: string) {
  const main = useRef<HTMLElement>(null);
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    main.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, [place]);
  return main;
}
