import type { KeyObject } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { z } from 'zod';
import { rowText } from '../capture/row-text.ts';
import type { Pairing } from '../connections/pairing.ts';
import type { SettingsService } from '../connections/settings.ts';
import type { CaptureMemory } from '../store/capture-memory.ts';
import { HttpProblem } from './api-error.ts';
import { errorAnswer } from './error-answer.ts';
import { MAX_BODY_BYTES, parse, readJson, tooLarge } from './read-request.ts';
import { signingKey, verifySignature } from './signature.ts';

export interface EventsServices {
  capture: Pick<CaptureMemory, 'accept'>;
  settings: Pick<SettingsService, 'mode' | 'saveMode' | 'onChange'>;
  pairing: Pick<Pairing, 'paired' | 'secrets'>;
  log: Logger;
  nowMs: () => number;
}

export const EVENTS_PATH = '/v1/events';

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
        amount: rowText,
        // As the shop writes it: plugins add currencies of their own (USDT, mBTC). One such row must not stop the batch for ever; its
        // order is then rejected by name when it is read (woocommerce/read-order.ts, "expected an ISO 4217 code").
        currency: z.string().max(40),
        gateway: short,
        transactionId: z.string().max(500),
        at: rowText,
        takesBack: z.int().nonnegative().max(Number.MAX_SAFE_INTEGER).optional(),
        reported: z.boolean().optional(),
      }),
    )
    .max(MAX_ROWS),
});

/**
 * `POST /v1/events`: verify, store, mark dirty, then 2xx, all on disk in one transaction (decisions/0001). On node:http and not on
 * express like the other routes, and with the secrets kept opened: this is the one route whose pace a busy shop sets
 * (decisions/0007 has the figures).
 */
export function eventsRoute(services: EventsServices): RequestListener {
  const { log } = services;
  const known = rememberPairing(services);
  return (request, response) => {
    readBody(request)
      .then((body) => accept(request, body, services, known()))
      .then(
        (answer) => reply(response, 200, answer),
        (error: unknown) => {
          const { status, body } = errorAnswer(error, log, { method: 'POST', path: EVENTS_PATH });
          // What is left of a body nobody reads must not be taken for the next request.
          if (!request.complete) response.setHeader('Connection', 'close');
          request.resume();
          reply(response, status, body);
        },
      );
  };
}

async function accept(request: IncomingMessage, body: Buffer, services: EventsServices, paired: KnownPairing): Promise<object> {
  const { capture, settings, nowMs } = services;
  const signed = { method: 'POST', path: request.url ?? '', body };
  const verdict = verifySignature(request.headers, signed, paired.keys, nowMs());
  if (!verdict.ok) throw new HttpProblem(401, verdict.code, verdict.message);
  const batch = parse(EventsSchema, readJson(body));
  if (paired.site && batch.site !== paired.site) {
    const reason = `Events came from ${batch.site}, but this sidecar is paired with ${paired.site}: a copy of the shop must not post.`;
    if (settings.mode().mode !== 'simulation') await settings.saveMode({ mode: 'simulation', reason }, 'pairing');
    throw new HttpProblem(409, 'pairing.other_site', reason, {
      action: 'Pair the copy with a sidecar of its own, or pair the moved shop again.',
    });
  }
  const fresh = await capture.accept(`plugin:${verdict.id}`, 'plugin', body, batch);
  if (!fresh) return { known: true };
  return {
    stored: {
      objects: batch.objects.map(({ kind, id, seq }) => ({ kind, id, seq })),
      payments: batch.payments.map((row) => row.id),
    },
  };
}

/** Fails: throws 413 as soon as the body is known to be too large, 415 for one that is packed. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  const { 'content-length': announced, 'content-encoding': packing } = request.headers;
  if (Number(announced) > MAX_BODY_BYTES) return Promise.reject(tooLarge());
  if (packing !== undefined && packing !== 'identity') {
    return Promise.reject(new HttpProblem(415, 'request.unreadable', 'The body must not be packed: its bytes are signed.'));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) reject(tooLarge());
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function reply(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

interface KnownPairing {
  site: string | undefined;
  keys: KeyObject[];
}

/** Opening a sealed secret costs more than storing the event: done again when the pairing changes or the previous secret ends. */
function rememberPairing({ pairing, settings, nowMs }: EventsServices): () => KnownPairing {
  let kept: (KnownPairing & { untilMs: number }) | null = null;
  settings.onChange((part) => {
    if (part === 'pairing') kept = null;
  });
  return () => {
    if (!kept || nowMs() >= kept.untilMs) {
      const paired = pairing.paired();
      const keys = pairing.secrets().flatMap((secret) => signingKey(secret) ?? []);
      const endsMs = paired?.previousUntilMs ?? 0;
      kept = { site: paired?.siteUrl, keys, untilMs: endsMs > nowMs() ? endsMs : Number.POSITIVE_INFINITY };
    }
    return kept;
  };
}
