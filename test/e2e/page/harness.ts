import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright';
import { localSources } from '../../store/sources.ts';
import { MockApi, type Reply } from './mock-api.ts';
import { assetDependencies, scriptsFor } from './wordpress-files.ts';

/**
 * The built page in a browser: WordPress's own scripts and styles from the store cache, a plain HTML frame instead of wp-admin, and
 * the REST proxy played by mock-api.ts. Fast and repeatable; the real WordPress is test/e2e's.
 */
const BUILD = fileURLToPath(new URL('../../../plugin/build/', import.meta.url));

/** Why the harness cannot run here; null when it can. */
export function harnessMissing(): string | null {
  const copy = localSources();
  if (!copy.ok) return copy.reason;
  if (!existsSync(join(BUILD, 'admin.js'))) return 'the admin page is not built (npm run build)';
  return browserPath() ? null : 'no Chromium (AR_BRIDGE_CHROMIUM, /usr/bin/chromium, or npx playwright install chromium)';
}

function browserPath(): string | null {
  const candidates = [process.env.AR_BRIDGE_CHROMIUM, '/usr/bin/chromium', chromium.executablePath()];
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
}

export function launchBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (!executablePath) throw new Error(harnessMissing() ?? 'no browser');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Who answers the page's calls, and whether the plugin would say that it is paired. */
export interface PageApi {
  model: { pairing: { paired: boolean } };
  answer: (method: string, path: string, query: Record<string, string>, body: unknown) => Reply | Promise<Reply>;
}

export interface Harness<Api extends PageApi = MockApi> {
  api: Api;
  /** Address of the admin page; `?page=ar-bridge` and what follows. */
  pageUrl: (query?: string) => string;
  orderScreenUrl: (orderId: number) => string;
  orderListUrl: (orderIds: number[]) => string;
  close: () => Promise<void>;
}

export const startHarness = (port = 0): Promise<Harness> => startHarnessOver(new MockApi(), port);

/** The page over any API; over a real sidecar, say. */
export async function startHarnessOver<Api extends PageApi>(api: Api, port = 0): Promise<Harness<Api>> {
  const copy = localSources();
  if (!copy.ok) throw new Error(copy.reason);
  const server = createServer((request, response) => void serve(copy.wordpress, api, request, response));
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    api,
    pageUrl: (query = '') => `${url}/wp-admin/admin.php?page=ar-bridge${query}`,
    orderScreenUrl: (orderId) => `${url}/wp-admin/order?id=${orderId}`,
    orderListUrl: (orderIds) => `${url}/wp-admin/orders?ids=${orderIds.join(',')}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

async function serve(wordpress: string, api: PageApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://harness');
  const send = (status: number, type: string, body: string | Buffer, cache = 'no-store') => {
    response.writeHead(status, { 'content-type': type, 'cache-control': cache }).end(body);
  };
  if (url.pathname.startsWith('/wp-json/ar-bridge/v1/')) {
    const reply = await api.answer(
      // apiFetch sends PUT and DELETE as POST with this header.
      String(request.headers['x-http-method-override'] ?? request.method),
      url.pathname.slice('/wp-json/ar-bridge/v1'.length),
      Object.fromEntries([...url.searchParams].filter(([name]) => name !== '_locale')),
      await bodyOf(request),
    );
    if (reply.afterMs) await new Promise((later) => setTimeout(later, reply.afterMs));
    if (typeof reply.body === 'string') return send(reply.status, 'text/csv', reply.body);
    return send(reply.status, 'application/json', JSON.stringify(reply.body));
  }
  if (url.pathname === '/wp-admin/admin.php')
    return send(200, 'text/html; charset=utf-8', adminPage(wordpress, url, api.model.pairing.paired));
  if (url.pathname === '/wp-admin/order') return send(200, 'text/html; charset=utf-8', orderScreen(wordpress, url));
  if (url.pathname === '/wp-admin/orders') return send(200, 'text/html; charset=utf-8', orderList(wordpress, url));
  const [root, path] = url.pathname.startsWith('/build/') ? [BUILD, url.pathname.slice(7)] : [wordpress, url.pathname.slice(1)];
  const file = join(root, normalize(path));
  const type = TYPES[extname(file)];
  if (!type || !file.startsWith(normalize(root)) || !existsSync(file)) return send(404, 'text/plain', 'Not here');
  send(200, type, readFileSync(file), 'max-age=3600');
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}

const STYLES = [
  'wp-includes/css/dashicons.css',
  'wp-includes/css/buttons.css',
  'wp-admin/css/common.css',
  'wp-admin/css/forms.css',
  'wp-admin/css/admin-menu.css',
  'wp-admin/css/dashboard.css',
  'wp-admin/css/list-tables.css',
  'wp-admin/css/edit.css',
  'wp-includes/css/dist/components/style.css',
];

/** The frame of wp-admin as far as styles look at it: body classes, menu, #wpcontent. `rtl=1` turns it around. */
function frame(wordpress: string, url: URL, entry: 'admin' | 'order', content: string, paired = true): string {
  const rtl = url.searchParams.get('rtl') === '1';
  const side = (path: string) => (rtl && !path.includes('dashicons') ? path.replace(/\.css$/, '-rtl.css') : path);
  const scripts = scriptsFor(wordpress, assetDependencies(join(BUILD, `${entry}.asset.php`)));
  const host = {
    restNamespace: 'ar-bridge/v1',
    adminUrl: '/wp-admin/admin.php?page=ar-bridge',
    orderEditUrlPattern: '/wp-admin/order?id=%d',
    version: '0.1.0',
    paired,
    locale: 'en_US',
    timeZone: 'America/New_York',
  };
  return `<!doctype html>
<html lang="en-US" dir="${rtl ? 'rtl' : 'ltr'}" class="wp-toolbar">
<head><meta charset="utf-8"><title>AR Bridge</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width,initial-scale=1.0">
${STYLES.map((path) => `<link rel="stylesheet" href="/${side(path)}">`).join('\n')}
<link rel="stylesheet" href="/build/${side(`${entry}.css`)}">
<style>:root{--wp-admin-theme-color:#3858e9;--wp-admin-theme-color--rgb:56,88,233;--wp-admin-theme-color-darker-10:#2145e6;--wp-admin-theme-color-darker-20:#183ad6;--wp-admin-border-width-focus:2px}</style>
</head>
<body class="wp-admin wp-core-ui js auto-fold admin-color-modern woocommerce_page_ar-bridge${rtl ? ' rtl' : ''}">
<div id="wpwrap"><div id="adminmenumain" role="navigation" aria-label="Main menu"><div id="adminmenuback"></div><div id="adminmenuwrap"></div></div>
<div id="wpcontent"><div id="wpbody" role="main"><div id="wpbody-content"><div class="wrap">${content}</div></div></div></div></div>
${scripts.map((path) => `<script src="/${path}"></script>`).join('\n')}
<script>
wp.apiFetch.use(wp.apiFetch.createRootURLMiddleware('/wp-json/'));
wp.apiFetch.nonceMiddleware = wp.apiFetch.createNonceMiddleware('nonce');
wp.apiFetch.use(wp.apiFetch.nonceMiddleware);
window.arBridge = ${JSON.stringify(host)};
</script>
<script src="/build/${entry}.js"></script>
</body></html>`;
}

const adminPage = (wordpress: string, url: URL, paired: boolean) =>
  frame(wordpress, url, 'admin', '<div id="ar-bridge-admin"></div>', paired);

const orderScreen = (wordpress: string, url: URL) =>
  frame(
    wordpress,
    url,
    'order',
    `<h1>Edit order</h1><div id="poststuff" style="width:280px"><div class="postbox"><div class="postbox-header"><h2 class="hndle">AR Bridge</h2></div>
<div class="inside"><div id="ar-bridge-order" data-order-id="${Number(url.searchParams.get('id'))}"></div></div></div></div>`,
  );

const orderList = (wordpress: string, url: URL) =>
  frame(
    wordpress,
    url,
    'order',
    `<h1>Orders</h1><form method="get"><input type="hidden" name="ids" value="${url.searchParams.get('ids') ?? ''}"><span id="ar-bridge-filter" data-state="${url.searchParams.get('ar_bridge_state') ?? ''}" data-ids="${url.searchParams.get('ar_bridge_ids') ?? ''}"></span><button id="order-query-submit" name="filter_action" value="Filter">Filter</button></form><table class="wp-list-table widefat striped"><thead><tr><th scope="col">Order</th><th scope="col">Oracle</th></tr></thead><tbody>${(
      url.searchParams.get('ids') ?? ''
    )
      .split(',')
      .map((id) => `<tr><td>#${Number(id)}</td><td><span class="ar-bridge-state" data-order-id="${Number(id)}"></span></td></tr>`)
      .join('')}</tbody></table>`,
  );
