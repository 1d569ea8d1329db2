import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';

/** sha256 over JSON with sorted keys, so that the same content has the same hash however it was put together. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
