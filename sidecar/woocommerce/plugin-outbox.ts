import { z } from 'zod';
import type { CustomerAccounts } from '../apply/account-teller.ts';
import type { StoreNotices } from '../apply/notice-teller.ts';
import type { Trail } from '../apply/ports.ts';
import type { OutboxBatch, PluginOutbox } from '../capture/ports.ts';
import { rowText } from '../capture/row-text.ts';
import type { Brake } from '../domain/brake.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import { signatureHeaders } from '../http/signature.ts';
import { COMMON_HEADERS, exchanged } from './client.ts';
import { createSender, type SenderOptions } from './http.ts';
import { type Query, queryString } from './oauth1.ts';
import { parseAnswer } from './parse-answer.ts';

export interface PluginClientOptions extends SenderOptions {
  /** WordPress's own word for its REST root, from pairing: `https://shop.example/wp-json/`. */
  restUrl: string;
  /** The paired site; another one in an answer is a copy of the shop. */
  site: string;
  /** The secret valid now; asked for at each call, since it may be rotated. */
  secret: () => string;
  brake: Brake;
  /** Milliseconds since the epoch. */
  clock?: () => number;
}

export interface PluginClient extends PluginOutbox, CustomerAccounts, StoreNotices {
  /** What the shop is, in the plugin's words. */
  site(trail: Trail): Promise<Result<PluginSite>>;
  close(): void;
}

const count = z.int().nonnegative();
const payment = z.object({
  id: count,
  orderId: count,
  kind: z.enum(['received', 'taken-back']),
  amount: rowText,
  currency: z.string(),
  gateway: z.string(),
  transactionId: z.string(),
  at: rowText,
  takesBack: count.optional(),
  reported: z.boolean().optional(),
});
const BatchSchema = z.object({
  site: z.string(),
  objects: z.array(z.object({ kind: z.string(), id: count, seq: count, changedAt: z.string() })),
  payments: z.array(payment),
});
const SiteSchema = z.object({
  site: z.string(),
  restUrl: z.string(),
  home: z.string(),
  pluginVersion: z.string(),
  wooVersion: z.string(),
  wpVersion: z.string(),
  phpVersion: z.string(),
  hpos: z.boolean(),
  prettyPermalinks: z.boolean(),
  timeZone: z.string(),
  currency: z.string(),
  priceDecimals: z.number(),
});
export type PluginSite = z.infer<typeof SiteSchema>;

/** Talks to the plugin's machine routes (decisions/0001), each call signed. */
export function createPluginClient(options: PluginClientOptions): PluginClient {
  const { clock = Date.now, brake } = options;
  // A kept connection that the shop closed meanwhile would mean sending an id twice, which the plugin answers with `known`.
  const sender = createSender({ ...options, keepAlive: false });

  async function call(method: 'GET' | 'POST', route: string, query: Query, body: string | null, operation: string, trail: Trail) {
    const url = routeUrl(options.restUrl, route, query);
    return brake.run(async () => {
      const signed = { method, path: url.pathname + url.search, body: body ?? '' };
      const headers = {
        ...COMMON_HEADERS,
        ...signatureHeaders(options.secret(), signed, clock()),
        ...(body !== null && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      };
      const request = { method, url, headers, ...(body !== null && { body }) };
      const exchange = await exchanged(sender, request, 'signature', 'plugin', clock, { operation, trail });
      return { value: exchange.result, ...exchange.forBrake };
    });
  }

  return {
    async pull(limit, trail) {
      const answer = await call('GET', 'outbox', { limit }, null, 'pull outbox', trail);
      if (!answer.ok) return answer;
      const batch = parseAnswer(BatchSchema, answer.value, 'its outbox', 'plugin');
      if (!batch.ok) return batch;
      if (bare(batch.value.site) !== bare(options.site)) return err(otherSite(batch.value.site, options.site));
      return ok({ objects: batch.value.objects.filter(isKnown), payments: batch.value.payments });
    },
    async acknowledge(objects, payments, trail) {
      const body = JSON.stringify({ objects: objects.map(({ kind, id, seq }) => ({ kind, id, seq })), payments });
      const answer = await call('POST', 'outbox/ack', {}, body, 'acknowledge outbox', trail);
      return answer.ok ? ok(undefined) : answer;
    },
    async tellAccounts(customers, trail) {
      const body = JSON.stringify({ customers });
      const answer = await call('POST', 'customers/account', {}, body, 'tell accounts', trail);
      return answer.ok ? ok(undefined) : answer;
    },
    async tellNotices(notices, trail) {
      const answer = await call('POST', 'notices', {}, JSON.stringify({ notices }), 'tell notices', trail);
      return answer.ok ? ok(undefined) : answer;
    },
    async site(trail) {
      const answer = await call('GET', 'site', {}, null, 'read site', trail);
      return answer.ok ? parseAnswer(SiteSchema, answer.value, 'itself', 'plugin') : answer;
    },
    close: () => sender.close(),
  };
}

/** Below the REST root, which on plain permalinks has the route in its query: `/index.php?rest_route=/`. */
function routeUrl(restUrl: string, route: string, query: Query): URL {
  const url = new URL(restUrl);
  const below = `wc-ar-bridge/v1/${route}`;
  const root = url.searchParams.get('rest_route');
  if (root === null) url.pathname = `${url.pathname.replace(/\/$/, '')}/${below}`;
  url.search = queryString(root === null ? query : { rest_route: `${root.replace(/\/$/, '')}/${below}`, ...query });
  return url;
}

const bare = (site: string): string => site.replace(/\/+$/, '').toLowerCase();

/** A newer plugin may keep rows of kinds we do not know; they stay there. */
const isKnown = (row: { kind: string }): row is OutboxBatch['objects'][number] => row.kind === 'order' || row.kind === 'customer';

const otherSite = (found: string, paired: string) =>
  needsAttention(
    'plugin.other_site',
    `The plugin at this address belongs to ${found}, but ${paired} was paired: this is a copy of the shop, or the shop has moved.`,
    'If the shop has moved, pair it again; a copy must not post.',
  );
