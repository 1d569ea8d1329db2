import { createServer as createHttpServer, type Server } from 'node:http';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import { readWebhook } from '../capture/webhook.ts';
import { type Pairing, PairRequestSchema } from '../connections/pairing.ts';
import type { SettingsService } from '../connections/settings.ts';
import type { CaptureMemory } from '../store/capture-memory.ts';
import type { AdminHandlers } from './admin-api.ts';
import { ADMIN_ROUTES } from './admin-contract.ts';
import { HttpProblem } from './api-error.ts';
import { errorAnswer } from './error-answer.ts';
import { EVENTS_PATH, eventsRoute } from './events-route.ts';
import { PRIVACY_ROUTES, type PrivacyHandlers } from './privacy-api.ts';
import { MAX_BODY_BYTES, MAX_LARGE_BODY_BYTES, parse, readJson } from './read-request.ts';
import { verifySignature } from './signature.ts';

export interface ServerServices {
  capture: CaptureMemory;
  settings: SettingsService;
  pairing: Pairing;
  admin: AdminHandlers;
  privacy: PrivacyHandlers;
  log: Logger;
  version: string;
  nowMs: () => number;
  /** True while the disk cannot take a write: the shop keeps its rows. */
  healthy: () => boolean;
}

export interface HttpEnd {
  /** `ready` is called once, with the error where the port cannot be had. */
  listen(port: number, host: string, ready: (error?: Error) => void): Server;
}

/** Wires the routes; each is: verify, parse, call, reply. */
export function createServer(services: ServerServices): HttpEnd {
  const { capture, settings, pairing, log, version, nowMs } = services;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const raw = express.raw({ type: () => true, limit: MAX_BODY_BYTES });
  const rawLarge = express.raw({ type: () => true, limit: MAX_LARGE_BODY_BYTES });
  const signed = requireSignature(pairing, nowMs);

  app.get('/healthz', (_request, response) => {
    response.status(services.healthy() ? 200 : 503).json({ ok: services.healthy(), version });
  });

  app.post('/v1/pair', raw, async (request, response) => {
    const body = parse(PairRequestSchema, readJson(request.body));
    const paired = await pairing.pair(body);
    if (!paired.ok) {
      throw paired.failure.kind === 'retryable'
        ? new HttpProblem(429, paired.failure.code, paired.failure.message)
        : new HttpProblem(403, paired.failure.code, paired.failure.message, {
            action: 'Read the code in the sidecar’s output or log; each start prints it.',
          });
    }
    log.info({ site: body.siteUrl, plugin: body.pluginVersion, woocommerce: body.wooVersion }, 'paired with a shop');
    response.json({ secret: paired.value.secret, sidecarVersion: version });
  });

  app.post('/v1/unpair', raw, signed, async (_request, response) => {
    await pairing.unpair('plugin');
    log.info('the shop ended the pairing');
    response.json({ ok: true });
  });

  app.post('/v1/webhooks/woocommerce', raw, async (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const verdict = readWebhook({ headers: request.headers, rawBody: body }, settings.secret('store.webhookSecret'));
    if (verdict.verdict === 'refused') throw new HttpProblem(401, verdict.code, verdict.message);
    if (verdict.verdict === 'event') {
      // X-WC-Webhook-Delivery-ID repeats within a second: the signed body and its time make the id.
      const eventId = `webhook:${request.headers['x-wc-webhook-signature']}:${Math.floor(nowMs() / 1000)}`;
      const changedAt = new Date(nowMs()).toISOString();
      await capture.accept(eventId, 'webhook', body, {
        objects: [{ kind: verdict.kind, id: verdict.id, seq: 0, changedAt }],
        payments: [],
      });
    }
    if (verdict.verdict === 'ignored') log.info({ why: verdict.why }, 'webhook ignored');
    response.status(200).json({ ok: true });
  });

  const handlers = { ...services.admin, ...services.privacy };
  for (const route of [...ADMIN_ROUTES, ...PRIVACY_ROUTES]) {
    const handler = handlers[`${route.method} ${route.path}` as keyof typeof handlers];
    const path = `/v1/admin${route.path}`;
    const method = route.method.toLowerCase() as 'get' | 'post' | 'put';
    app[method](path, 'large' in route ? rawLarge : raw, signed, async (request: Request, response: Response) => {
      const query = 'query' in route ? parse(route.query, request.query) : request.query;
      const body = 'body' in route ? parse(route.body, readJson(request.body)) : undefined;
      const actor = typeof request.query.actor === 'string' ? request.query.actor.slice(0, 100) : 'unknown';
      const answer = await handler({ params: request.params as Record<string, string>, query, body, actor });
      if (typeof answer === 'string') response.type('text/csv').send(answer);
      else response.json(answer);
    });
  }

  app.use((request: Request) => {
    throw new HttpProblem(404, 'route.unknown', `There is no ${request.method} ${request.path}.`);
  });
  app.use((error: unknown, request: Request, response: Response, _next: () => void) => {
    const { status, body } = errorAnswer(error, log, request);
    response.status(status).json(body);
  });

  const events = eventsRoute(services);
  const isEvents = (method?: string, url = '') => method === 'POST' && url.split('?', 1)[0] === EVENTS_PATH;
  return {
    listen(port, host, ready) {
      const server = createHttpServer((request, response) =>
        isEvents(request.method, request.url) ? events(request, response) : app(request, response),
      );
      server.once('error', ready);
      server.listen(port, host, () => {
        server.off('error', ready);
        ready();
      });
      return server;
    },
  };
}

/** Rejects what is not signed by the paired plugin, before a byte of the body is parsed. */
function requireSignature(pairing: Pairing, nowMs: () => number): RequestHandler {
  return (request, _response, next) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signed = { method: request.method, path: request.originalUrl, body };
    const verdict = verifySignature(request.headers, signed, pairing.secrets(), nowMs());
    next(verdict.ok ? undefined : new HttpProblem(401, verdict.code, verdict.message));
  };
}
