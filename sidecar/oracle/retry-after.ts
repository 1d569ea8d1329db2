import type { Exchange } from './transport.ts';

/** Longest wait taken from a header; a broken clock on the other side must not park the work for a year. */
const LONGEST_MS = 60 * 60 * 1000;

/**
 * The wait that an answer asks for, in milliseconds from its arrival; null when it asks for none.
 * Both forms of RFC 9110 section 10.2.3: seconds, or an HTTP date.
 */
export function retryAfterMs(exchange: Exchange): number | null {
  if (exchange.kind === 'no-answer') return null;
  const value = exchange.headers['retry-after']?.trim();
  if (!value) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - exchange.receivedAtMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_MS) : null;
}
