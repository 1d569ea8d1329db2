import type { z } from 'zod';
import { err, type Failure, needsAttention, ok, type Result, rejected } from '../domain/failures.ts';
import type { Side } from './classify-answer.ts';

/** Personal data is not repeated in messages: of these fields only the kind of value is told. */
const PERSONAL = new Set(['billing', 'shipping', 'email', 'first_name', 'last_name', 'meta_data']);

/** Reads the answer about one order (`part` empty) or a part of it; a fault names order, field, found and expected: rejected order.unreadable. */
export function parseOrderPart<T>(schema: z.ZodType<T>, body: unknown, orderId: number, part: string): Result<T> {
  return parsed(schema, body, (where) => unreadable(orderId, within(part, where.path), where.found, where.expected));
}

/** Reads any other answer; what does not fit stops the call: needs-attention store.unmet_answer or plugin.unmet_answer. */
export function parseAnswer<T>(schema: z.ZodType<T>, body: unknown, what: string, side: Side = 'store'): Result<T> {
  return parsed(schema, body, ({ path, found, expected }) =>
    needsAttention(
      `${side}.unmet_answer`,
      `The ${side}'s answer about ${what} cannot be read: ${path || 'the whole'} is ${found}, expected ${expected}.`,
      side === 'store'
        ? 'A plugin changes what WooCommerce answers: look at the audit entry of this call, then Resume.'
        : 'Plugin and sidecar may be of different versions: bring both to the same one.',
    ),
  );
}

export function unreadable(orderId: number, field: string, found: string, expected: string, code?: string): Failure {
  return rejected(
    'order.unreadable',
    `Order ${orderId} cannot be read: ${field} is ${found}, expected ${expected}.`,
    'Correct the order in the store; if it looks right there, a plugin changes what WooCommerce answers about it.',
    { subject: field, ...(code !== undefined && { code }) },
  );
}

interface Where {
  path: string;
  found: string;
  expected: string;
}

function parsed<T>(schema: z.ZodType<T>, body: unknown, failure: (where: Where) => Failure): Result<T> {
  const read = schema.safeParse(body);
  if (read.success) return ok(read.data);
  const [issue] = read.error.issues;
  const path = issue?.path ?? [];
  return err(failure({ path: spelled(path), found: described(path, body), expected: issue?.message ?? 'something else' }));
}

const within = (part: string, path: string): string =>
  (path.startsWith('[') || part === '' ? part + path : [part, path].filter(Boolean).join('.')) || 'the answer';

/** `line_items[0].total` */
const spelled = (path: PropertyKey[]): string =>
  path.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at ? '.' : ''}${String(step)}`)).join('');

function described(path: PropertyKey[], body: unknown): string {
  let value: unknown = body;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return 'missing';
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  const simple = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  if (!simple) return Array.isArray(value) ? 'a list' : 'an object';
  if (path.some((step) => PERSONAL.has(String(step)))) return value === null ? 'null' : `a ${typeof value}`;
  return value === null ? 'null' : `"${String(value).slice(0, 40).toWellFormed()}"`;
}
