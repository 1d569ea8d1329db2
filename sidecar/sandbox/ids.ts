import { createHash } from 'node:crypto';

/**
 * Ids as Oracle makes them: integers too long for a double. Transactional ids have 18 digits, so that a client which
 * reads them as JavaScript numbers looks up something else and fails here rather than on a customer's pod.
 */
const FIRST = { 18: 300100184000000017n, 15: 300100184000017n } as const;
export type IdDigits = keyof typeof FIRST;

/** The id of the n-th row ever made (n from 0). Steps of 3 so that no rounded id is the neighbour's. */
export const transactionalId = (n: number, digits: IdDigits): string => String(FIRST[digits] + 3n * BigInt(n));

/** The id of a seeded reference row: the same for the same name, whatever the order of the seed. 15 digits. */
export function referenceId(kind: string, name: string): string {
  const hash = createHash('sha256').update(`${kind}\0${name}`).digest();
  return String(300_000_000_000_000n + (hash.readBigUInt64BE(0) % 99_999_999_999_999n));
}

/** The opaque key of an item that Oracle addresses by a hash of its key attributes. */
export const opaqueKey = (parts: readonly string[]): string =>
  `00020000${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 40).toUpperCase()}`;
