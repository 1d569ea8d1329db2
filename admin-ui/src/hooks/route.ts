import { useSyncExternalStore } from '@wordpress/element';
import { addQueryArgs, getQueryArgs } from '@wordpress/url';
import { host } from '../host.ts';

export const TABS = ['overview', 'orders', 'customers', 'rules', 'reconciliation', 'audit', 'connections'] as const;
export type Tab = (typeof TABS)[number];

/** What the address says: a tab, and what is shown on it (`order`, `state`, `page` ...), all as text. */
export interface Route {
  tab: Tab;
  params: Record<string, string>;
}
export type Params = Record<string, string | number | undefined>;

/** Reads `?page=ar-bridge&tab=orders&order=42`. An unknown tab is the overview; `page` is WordPress's own. */
export function routeOf(search: string): Route {
  const { page: _page, tab, ...rest } = getQueryArgs(search);
  const params = Object.fromEntries(
    Object.entries(rest).filter((pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== ''),
  );
  return { tab: TABS.find((known) => known === tab) ?? 'overview', params };
}

/** The address of a tab and what is shown on it. Our lists count their pages in `paged`: `page` names the admin page. */
export function urlOf(tab: Tab, params: Params = {}): string {
  const filled = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
  return addQueryArgs(host.adminUrl, { ...(tab !== 'overview' && { tab }), ...Object.fromEntries(filled) });
}

/**
 * Moves inside the page. Only path and query are taken from the address: behind a proxy WordPress may believe in another host
 * than the one in the address bar, and a browser lets no page write another host there.
 */
export function go(url: string, how: 'push' | 'replace' = 'push'): void {
  const { pathname, search } = new URL(url, window.location.href);
  if (how === 'push') window.history.pushState(null, '', pathname + search);
  else window.history.replaceState(null, '', pathname + search);
  window.dispatchEvent(new Event(MOVED));
}

const MOVED = 'ar-bridge-moved';

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener); // back and forward
  window.addEventListener(MOVED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(MOVED, listener);
  };
}

let last: { search: string; route: Route } | null = null;
function current(): Route {
  const { search } = window.location;
  if (last?.search !== search) last = { search, route: routeOf(search) };
  return last.route;
}

export const useRoute = (): Route => useSyncExternalStore(subscribe, current);
