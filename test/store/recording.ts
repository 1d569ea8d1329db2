import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoOrder, DemoRefund } from './demo-orders.ts';

/** Answers of a real store, kept in the repository: written by record.ts, served by recorded-store.ts. */
export interface Recording<T = unknown> {
  /** What answered. */
  origin: string;
  recordedAt: string;
  /** The call, or the calls by the id in their path. */
  call: string;
  body: T;
}

export const RECORDED = join(import.meta.dirname, '..', 'fixtures', 'woocommerce', 'recorded');
/** Stands for the home URL of the store that was recorded. */
export const HOME_PLACEHOLDER = 'http://recorded-store.invalid';

/** What was recorded under which name; `{id}` is filled with each id of another recording. */
export const CALLS = {
  index: '/wp-json/?_fields=name,description,url,home,gmt_offset,timezone_string,namespaces',
  orders: '/orders?per_page=100&orderby=id&order=asc',
  'order-refunds': '/orders/{orders}/refunds?per_page=100',
  refunds: '/refunds?per_page=100',
  products: '/products?per_page=100&orderby=id&order=asc',
  variations: '/products/{products}/variations?per_page=100',
  categories: '/products/categories?per_page=100&orderby=id&order=asc',
  customers: '/customers?per_page=100&role=all&orderby=id&order=asc',
  taxes: '/taxes?per_page=100',
  'tax-classes': '/taxes/classes',
  'payment-gateways': '/payment_gateways?_fields=id,title,description,order,enabled,method_title,method_supports',
  'shipping-methods': '/shipping_methods',
  'shipping-zones': '/shipping/zones',
  'settings-general': '/settings/general?_fields=id,type,value',
  'settings-tax': '/settings/tax?_fields=id,type,value',
  'current-currency': '/data/currencies/current',
  'system-status':
    '/system_status?_fields=environment.version,environment.wp_version,environment.default_timezone,settings.currency,settings.number_of_decimals,settings.HPOS_enabled',
} as const;
export type Recorded = keyof typeof CALLS;

export interface DemoRecording {
  orders: DemoOrder[];
  refunds: DemoRefund[];
}

const DAY_MS = 86_400_000;
const LOCAL_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;

/**
 * Reads all recordings.
 *
 * In     home    takes the place of the recorded home URL
 *        asOf    moves every date by whole days, so that the newest falls on the 24 hours before it: orders of last year would
 *                meet closed periods. Null leaves them
 * Out    the bodies by their recording's name, and the demo's labels as `demo`
 */
export function readRecordings(home: string, asOf: Date | null): Record<Recorded, unknown> & { demo: DemoRecording } {
  const texts = readdirSync(RECORDED).map(
    (file) => [file.replace(/\.json$/, ''), readFileSync(join(RECORDED, file), 'utf8')] as const,
  );
  const newest = Math.max(...texts.flatMap(([, text]) => instantsOf(text)));
  const days = asOf === null ? 0 : Math.floor((asOf.getTime() - newest) / DAY_MS);
  const revive = (_key: string, value: unknown) =>
    typeof value === 'string' ? moved(value.replaceAll(HOME_PLACEHOLDER, home), days) : value;
  return Object.fromEntries(texts.map(([name, text]) => [name, (JSON.parse(text, revive) as Recording).body])) as never;
}

function instantsOf(text: string): number[] {
  return [...text.matchAll(/"date_modified_gmt": ?"([^"]+)"/g)].map(([, instant]) => Date.parse(`${instant}Z`));
}

function moved(value: string, days: number): string {
  if (days === 0 || !LOCAL_INSTANT.test(value)) return value;
  return new Date(Date.parse(`${value}Z`) + days * DAY_MS).toISOString().slice(0, 19);
}
