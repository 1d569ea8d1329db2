import { createHash } from 'node:crypto';
import type { Comparison } from './sheet.ts';

const ID_BYTES = 8;
const HASH_BYTES = 6;
const ROW_BYTES = ID_BYTES + HASH_BYTES;
/** 48 bits: sums of them stay exact integers. */
const MODULUS = 2 ** (8 * HASH_BYTES);

/**
 * A short hash per order over all that is compared of it, so that a later certificate can say which orders changed. An order that comes
 * on several days adds up: the order of days does not matter.
 */
export class OrderDigest {
  private readonly hashes = new Map<number, number>();

  add({ orderId, entries, differences }: Comparison, day: string): void {
    const content = [
      day,
      entries.map(({ side, measure, amount, figure, shown, currency, gateway, businessUnit, ref }) => [
        ...[side, measure, amount, figure, shown, currency, gateway, businessUnit, ref],
      ]),
      differences.map(({ measure, amount, reason, currency }) => [measure, amount, reason, currency]),
    ];
    const hash = createHash('sha256').update(JSON.stringify(content)).digest().readUIntBE(0, HASH_BYTES);
    this.hashes.set(orderId, ((this.hashes.get(orderId) ?? 0) + hash) % MODULUS);
  }

  get orders(): number {
    return this.hashes.size;
  }

  /** By order id: 8 bytes of id, 6 of its hash. */
  bytes(): Buffer {
    const bytes = Buffer.alloc(this.hashes.size * ROW_BYTES);
    for (const [index, [id, hash]] of [...this.hashes].sort(([a], [b]) => a - b).entries()) {
      bytes.writeBigInt64BE(BigInt(id), index * ROW_BYTES);
      bytes.writeUIntBE(hash, index * ROW_BYTES + ID_BYTES, HASH_BYTES);
    }
    return bytes;
  }
}

/** Orders whose figures are not the same in two digests. */
export function changedOrders(before: Buffer, after: Buffer): number[] {
  const then = read(before);
  const now = read(after);
  const ids = new Set([...then.keys(), ...now.keys()]);
  return [...ids].filter((id) => then.get(id) !== now.get(id)).sort((a, b) => a - b);
}

function read(bytes: Buffer): Map<number, number> {
  const hashes = new Map<number, number>();
  for (let at = 0; at + ROW_BYTES <= bytes.length; at += ROW_BYTES) {
    hashes.set(Number(bytes.readBigInt64BE(at)), bytes.readUIntBE(at + ID_BYTES, HASH_BYTES));
  }
  return hashes;
}
