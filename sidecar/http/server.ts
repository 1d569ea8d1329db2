import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { readWebhook } from '../capture/webhook.ts';
import { type Pairing, PairRequestSchema } from '../connections/pairing.ts';
import type { SettingsService } from '../connections/settings.ts';
import type { CaptureMemory } from '../store/capture-memory.ts';
import type { AdminHandlers } from './admin-api.ts';
import { ADMIN_ROUTES } from './admin-contract.ts';
import { HttpProblem, invalid, problemOf } from './api-error.ts';
import { verifySignature } from './signature.ts';

export interface ServerServices {
  capture: CaptureMemory;
  settings: SettingsService;
  pairing: Pairing;
  admin: AdminHandlers;
  log: Logger;
  version: string;
  nowMs: () => number;
  /** True while the disk cannot take a write: the shop keeps its rows. */
  healthy: () => boolean;
}

/** Bodies beyond this are refused with 413 before they are read whole. */
const MAX_BODY = '1mb';
const MAX_ROWS = 500;

const id = z.int().positive().max(Number.MAX_SAFE_INTEGER);
const short = z.string().max(200);
const EventsSchema = z.object({
  site: z.string().max(500),
  objects: z
    .array(z.object({ kind: z.enum(['order', 'customer']), id, seq: z.int().nonnegative(), changedAt: short }))
    .max(MAX_ROWS),
  payments: z
    .array(
      z.object({
        id,
        orderId: id,
        kind: z.enum(['received', 'taken-back']),
        amount: z.string().regex(/^-?\d{1,15}(\.\d{1,10})?$/),
        currency: z.string().regex(/^[A-Z]{3}$/),
        gateway: short,
        transactionId: z.string().max(500),
        at: z.iso.datetime(),
      }),
    )
    .max(MAX_ROWS),
});

/** Wires the routes; each is: verify, parse, call, reply. */
export function createServer(services: ServerServices): Express {
  const { capture, settings, pairing, log, version, nowMs } = services;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const raw = express.raw({ type: () => true, limit: MAX_BODY });
  const signed = requireSignature(pairing, nowMs);

  app.get('/healthz', (_request, response) => {
    response.status(services.healthy() ? 200 : 503).json({ ok: services.healthy(), version });
  });

  app.post('/v1/pair', raw, async (request, response) => {
    const body = parse(PairRequestSchema, json(request));
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

  app.post('/v1/events', raw, signed, async (request, response) => {
    const batch = parse(EventsSchema, json(request));
    const site = pairing.paired()?.siteUrl;
    if (site && batch.site !== site) {
      const reason = `Events came from ${batch.site}, but this sidecar is paired with ${site}: a copy of the shop must not post.`;
      if (settings.mode().mode !== 'simulation') await settings.saveMode({ mode: 'simulation', reason }, 'pairing');
      throw new HttpProblem(409, 'pairing.other_site', reason, {
        action: 'Pair the copy with a sidecar of its own, or pair the moved shop again.',
      });
    }
    const fresh = await capture.accept(stampId(request), 'plugin', request.body as Buffer, batch);
    if (!fresh) {
      response.json({ known: true });
      return;
    }
    response.json({
      stored: {
        objects: batch.objects.map(({ kind, id, seq }) => ({ kind, id, seq })),
        payments: batch.payments.map((row) => row.id),
      },
    });
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

  for (const route of ADMIN_ROUTES) {
    const handler = services.admin[`${route.method} ${route.path}` as keyof AdminHandlers];
    const path = `/v1/admin${route.path}`;
    const method = route.method.toLowerCase() as 'get' | 'post' | 'put';
    app[method](path, raw, signed, async (request: Request, response: Response) => {
      const query = 'query' in route ? parse(route.query, request.query) : request.query;
      const body = 'body' in route ? parse(route.body, json(request)) : undefined;
      const actor = typeof request.query.actor === 'string' ? request.query.actor.slice(0, 100) : 'unknown';
      const answer = await handler({ params: request.params as Record<string, string>, query, body, actor });
      if (typeof answer === 'string') response.type('text/csv').send(answer);
      else response.json(answer);
    });
  }

  app.use((request: Request) => {
    throw new HttpProblem(404, 'route.unknown', `There is no ${request.method} ${request.path}.`);
  });
  app.use(errorAnswer(log));
  return app;
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

const stampId = (request: Request): string => `plugin:${String(request.headers['x-ar-bridge-id'])}`;

function json(request: Request): unknown {
  const body = request.body as unknown;
  if (!Buffer.isBuffer(body) || body.length === 0) throw new HttpProblem(400, 'request.empty', 'The request has no body.');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new HttpProblem(400, 'request.not_json', 'The body is not JSON.');
  }
}

function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(parsed.error);
  return parsed.data;
}

function errorAnswer(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (error instanceof HttpProblem) {
      response.status(error.status).json(error.body);
      return;
    }
    const status = (error as { status?: unknown }).status;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      const code = status === 413 ? 'request.too_large' : 'request.unreadable';
      const message = status === 413 ? `The body is larger than ${MAX_BODY}.` : 'The request cannot be read.';
      response.status(status).json({ error: { code, message } });
      return;
    }
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_')) {
      log.error({ err: error }, 'the database refused a write');
      response.status(503).json(
        problemOf({
          kind: 'retryable',
          code: 'store.unavailable',
          message: 'The sidecar cannot write to its disk now.',
          outcomeUnknown: false,
          endpoint: true,
        }).body,
      );
      return;
    }
    log.error({ err: error, method: request.method, path: request.path }, 'a request met a fault of ours');
    response
      .status(500)
      .json({ error: { code: 'bug', message: 'The sidecar met a fault of its own; its log has the details.' } });
  };
}
