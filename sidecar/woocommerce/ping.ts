import { z } from 'zod';
import type { Finding, Trail } from '../apply/ports.ts';
import type { Failure } from '../domain/failures.ts';
import { headerStripped } from './classify-answer.ts';
import type { StoreClient } from './client.ts';
import { INDEX_FIELDS, IndexSchema, type RestIndex } from './schemas.ts';
import { siteTimeZone } from './time-zone.ts';

/**
 * Looks at the connection step by step and says in words what is wrong, what to do, and what the shop is. Stops where the
 * next step could only repeat the fault. Keys appear in no finding.
 */
export async function ping(client: StoreClient, trail: Trail): Promise<Finding[]> {
  const found: Finding[] = [];
  const index = await findIndex(client, trail);
  if ('finding' in index) return [index.finding];
  found.push(
    good('store.reachable', `WordPress answers at ${client.homeUrl.origin}: ${index.index.name || 'a site without a name'}.`),
  );
  found.push(...homeFindings(client, index.index), ...clockFindings(client));
  if (!index.index.namespaces.includes('wc/v3')) {
    return [
      ...found,
      bad(
        'store.no_woocommerce',
        'WordPress is there, but WooCommerce’s REST API (wc/v3) is not.',
        'Activate WooCommerce in this shop.',
      ),
    ];
  }
  const rights = await rightsFindings(client, trail);
  found.push(...rights);
  if (rights.some(({ ok }) => !ok)) return found;
  return [...found, ...(await shopFindings(client, index.index, trail))];
}

const good = (code: string, message: string): Finding => ({ ok: true, code, message, action: '' });
const bad = (code: string, message: string, action: string): Finding => ({ ok: false, code, message, action });

function asFinding(failure: Failure): Finding {
  if (failure.kind === 'needs-attention') return bad(failure.code, failure.message, failure.action);
  const action =
    failure.kind === 'retryable'
      ? 'See that the shop is up and reachable from here, then test again.'
      : 'Check the address of the shop.';
  return bad(failure.code, failure.message, action);
}

const NOT_WORDPRESS = 'Enter the address of the shop exactly as in WordPress under Settings, General, Site Address.';

async function findIndex(client: StoreClient, trail: Trail): Promise<{ index: RestIndex } | { finding: Finding }> {
  const call = { operation: 'test connection', trail };
  const { result, heard } = await client.attempt('', { _fields: INDEX_FIELDS }, call, 'none');
  if (result.ok) {
    const index = IndexSchema.safeParse(result.value);
    if (index.success && index.data.namespaces.length > 0) return { index: index.data };
    return {
      finding: bad('store.not_wordpress', `${client.restUrl.href} answers with JSON, but not as WordPress does.`, NOT_WORDPRESS),
    };
  }
  const status = heard?.answer.status;
  if (status === 401 || status === 403) {
    if (heard?.json === undefined) return { finding: asFinding(result.failure) };
    const message = `The REST API of ${client.homeUrl.origin} is closed to callers without a login: ${result.failure.detail?.text ?? ''}`;
    return {
      finding: bad(
        'store.rest_disabled',
        message,
        'Allow the REST API (at least /wp-json/ and /wp-json/wc/) in the security plugin that closes it.',
      ),
    };
  }
  if (result.failure.code === 'store.no_rest_api') return { finding: await plainOrForeign(client, trail) };
  if (result.failure.code === 'store.not_json') {
    const message = `${client.restUrl.href} answers with a web page, not with WordPress's REST API.`;
    return { finding: bad('store.not_wordpress', message, NOT_WORDPRESS) };
  }
  return { finding: asFinding(result.failure) };
}

/** A 404 page at /wp-json/: WordPress on plain permalinks still has its index behind `?rest_route=/`. */
async function plainOrForeign(client: StoreClient, trail: Trail): Promise<Finding> {
  const call = { operation: 'test connection', trail };
  const { result } = await client.attempt(client.homeUrl.href, { rest_route: '/', _fields: 'namespaces' }, call, 'none');
  const isWordPress = result.ok && z.object({ namespaces: z.array(z.string()).min(1) }).safeParse(result.value).success;
  return isWordPress
    ? bad(
        'store.plain_permalinks',
        `${client.homeUrl.origin} is WordPress on plain permalinks: there is no /wp-json/, and WooCommerce accepts keys nowhere else.`,
        'Choose any other structure in WordPress under Settings, Permalinks.',
      )
    : bad(
        'store.not_wordpress',
        `There is no WordPress at ${client.homeUrl.href}: ${client.restUrl.pathname} is not found.`,
        NOT_WORDPRESS,
      );
}

/** With OAuth the shop signs with its own home URL, so another spelling of the address never matches. */
function homeFindings(client: StoreClient, index: RestIndex): Finding[] {
  const ours = client.homeUrl.href.replace(/\/$/, '');
  if (index.home === '' || index.home.replace(/\/$/, '') === ours) return [];
  const message = `The shop calls itself ${index.home}, but ${ours} is entered.`;
  if (client.authKind === 'basic') return [good('store.other_home', message)];
  return [
    bad(
      'store.other_home',
      `${message} Signatures (OAuth 1.0a) then never match.`,
      `Enter ${index.home} as the address of the shop.`,
    ),
  ];
}

const OAUTH_WINDOW_MS = 15 * 60_000;
const CLOCK_NOTICE_MS = 60_000;

function clockFindings(client: StoreClient): Finding[] {
  const offset = client.clockOffsetMs();
  const size = Math.abs(offset);
  if (size < CLOCK_NOTICE_MS) return [];
  const message = `The shop's clock is ${Math.round(size / 1000)} s ${offset > 0 ? 'ahead of' : 'behind'} this machine's.`;
  const tooMuch = client.authKind === 'oauth1' && size > OAUTH_WINDOW_MS;
  return [
    bad(
      'store.clock_skew',
      tooMuch ? `${message} WooCommerce refuses signatures that are more than 15 minutes off.` : message,
      'Set both clocks by a time server (NTP).',
    ),
  ];
}

/** One row of each list we read: the key, its permission, and the rights of its user. */
const NEEDED = [
  { path: 'wc/v3/orders', what: 'orders' },
  { path: 'wc/v3/refunds', what: 'refunds' },
  { path: 'wc/v3/customers', what: 'customers' },
  { path: 'wc/v3/products', what: 'products' },
  { path: 'wc/v3/taxes', what: 'tax rates' },
] as const;

async function rightsFindings(client: StoreClient, trail: Trail): Promise<Finding[]> {
  for (const { path, what } of NEEDED) {
    const call = { operation: `test reading ${what}`, trail };
    const { result } = await client.attempt(path, { per_page: 1, _fields: 'id' }, call);
    if (result.ok) continue;
    if (UNSEEN.has(result.failure.code)) return [await whyUnseen(client, result.failure, trail)];
    return [explained(client, result.failure, what)];
  }
  return [good('store.authorized', 'The key is accepted and may read orders, refunds, customers, products and tax rates.')];
}

const UNSEEN = new Set(['store.key_not_seen', 'store.authorization_stripped']);

/**
 * WooCommerce saw no key. Sent once more as a signature in the query, which passes where headers do not (the secret is not in
 * it): when that works, the key was right and the header is what got lost.
 */
async function whyUnseen(client: StoreClient, first: Failure, trail: Trail): Promise<Finding> {
  const call = { operation: 'test without header', trail };
  const query = { per_page: 1, _fields: 'id' };
  const signed = await client.attempt('wc/v3/orders', query, call, 'oauth-query');
  if (signed.result.ok || signed.result.failure.code === 'store.forbidden') {
    return asFinding(headerStripped(client.restUrl, first.detail ?? {}));
  }
  if (client.restUrl.protocol === 'https:') {
    const inHttp = await client.attempt('wc/v3/orders', query, call, 'oauth-query-http');
    if (inHttp.result.ok || inHttp.result.failure.code === 'store.forbidden') {
      return bad(
        'store.https_not_seen',
        'The key is right, but WordPress takes our https calls for http (it stands behind a proxy that ends TLS), and then ignores Basic authentication.',
        "Set $_SERVER['HTTPS'] = 'on' in wp-config.php when the proxy sends X-Forwarded-Proto: https.",
      );
    }
  }
  if (UNSEEN.has(signed.result.failure.code)) {
    return bad(
      'store.no_authentication',
      'WooCommerce saw no key at all, neither in a header nor in the address.',
      'A cache or another plugin stands between: exclude /wp-json/ from caching, and switch off plugins that change REST authentication.',
    );
  }
  return explained(client, signed.result.failure, 'orders');
}

/** The shop's words say more; they are in its language, so they only refine what the status already said. */
function explained(client: StoreClient, failure: Failure, what: string): Finding {
  if (failure.code === 'store.forbidden') {
    return bad(
      'store.forbidden',
      `The key is right, but its user may not read ${what}: ${failure.detail?.text ?? ''}`,
      'Give the key to a user with the role Shop manager (WooCommerce, Settings, Advanced, REST API).',
    );
  }
  if (failure.code !== 'store.unauthorized') return asFinding(failure);
  const text = failure.detail?.text ?? '';
  for (const { words, code, message, action } of REFUSALS) {
    if (words.test(text)) return bad(code, message, action);
  }
  const clock = clockFindings(client)[0];
  return clock && client.authKind === 'oauth1' ? clock : asFinding(failure);
}

/** Source: WooCommerce 10.5.2 class-wc-rest-authentication.php, English texts; a translated one falls back to the general finding. */
const REFUSALS = [
  {
    words: /consumer key is invalid/i,
    code: 'store.unknown_key',
    message: 'WooCommerce does not know the consumer key.',
    action: 'Copy the consumer key again, or make a new one (WooCommerce, Settings, Advanced, REST API).',
  },
  {
    words: /consumer secret is invalid/i,
    code: 'store.wrong_secret',
    message: 'The consumer secret does not belong to the consumer key.',
    action: 'Copy the consumer secret again; if it was not kept, make a new key.',
  },
  {
    words: /signature does not match/i,
    code: 'store.wrong_signature',
    message: 'WooCommerce computes another signature: the consumer secret is wrong, or the address is not the Site Address.',
    action: 'Copy the consumer secret again and enter the address as under Settings, General, Site Address.',
  },
  {
    words: /invalid timestamp/i,
    code: 'store.clock_skew',
    message: 'WooCommerce finds the time of our signature more than 15 minutes off.',
    action: 'Set both clocks by a time server (NTP).',
  },
  {
    words: /does not have read permissions/i,
    code: 'store.key_cannot_read',
    message: 'The key is write-only.',
    action: 'Make a key with the permission Read (WooCommerce, Settings, Advanced, REST API).',
  },
] as const;

const StatusSchema = z.object({
  environment: z.object({ version: z.string() }),
  settings: z.object({ currency: z.string(), HPOS_enabled: z.boolean().optional() }),
});

/** Only these fields: without `_fields` the status report calls out to two other servers. */
async function shopFindings(client: StoreClient, index: RestIndex, trail: Trail): Promise<Finding[]> {
  const query = { _fields: 'environment.version,settings.currency,settings.HPOS_enabled' };
  const { result } = await client.attempt('wc/v3/system_status', query, { operation: 'test reading status', trail });
  if (!result.ok) return [asFinding(result.failure)];
  const status = StatusSchema.safeParse(result.value);
  if (!status.success)
    return [
      bad('store.unmet_answer', 'The status report of WooCommerce cannot be read.', 'Look at the audit entry of this call.'),
    ];
  const { environment, settings } = status.data;
  const storage = settings.HPOS_enabled ? 'WooCommerce’s own order tables (HPOS)' : 'posts';
  return [
    good(
      'store.shop',
      `WooCommerce ${environment.version}, currency ${settings.currency}, time zone ${siteTimeZone(index)}, orders kept in ${storage}.`,
    ),
  ];
}
