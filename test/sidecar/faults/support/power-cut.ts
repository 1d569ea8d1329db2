import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import type { Chance } from './chance.ts';

/** A write (W) or a shortening (T) of a file that no sync followed, as test/tools/powercut.c wrote it down before it was done. */
interface Unsynced {
  type: 'W' | 'T';
  file: string;
  /** W: where; T: the new length. */
  at: number;
  /** W: how many bytes. */
  length: number;
  /** The file's length before. */
  size: number;
  /** What was there before, as far as the file reached; for T the part that was cut off. */
  before: Buffer;
}

const MAGIC = 0x50435554;
/** Seven longs of 8 bytes: magic, type, length of the path, offset, length, size of the file, bytes kept. */
const HEAD = 7 * 8;

/** Oldest first. A last entry that is cut off is left out: the process died in it, and its write never began. */
export function unsynced(logFile: string): Unsynced[] {
  if (!existsSync(logFile)) return [];
  const log = readFileSync(logFile);
  const long = (at: number) => Number(log.readBigInt64LE(at));
  let open: Unsynced[] = [];
  for (let at = 0; at + HEAD <= log.length; ) {
    if (long(at) !== MAGIC) throw new Error(`The log of writes cannot be read at byte ${at}`);
    const path = at + HEAD;
    const kept = path + long(at + 16);
    const end = kept + long(at + 48);
    if (end > log.length) break;
    const type = String.fromCharCode(long(at + 8));
    const file = log.toString('utf8', path, kept);
    if (type === 'S') open = open.filter((write) => write.file !== file);
    else {
      const [offset, length, size] = [long(at + 24), long(at + 32), long(at + 40)];
      open.push({ type: type as 'W' | 'T', file, at: offset, length, size, before: log.subarray(kept, end) });
    }
    at = end;
  }
  return open;
}

/** What the disk had not got to when the power went: the last writes, any of them, or all. */
export type Loss = 'suffix' | 'random' | 'all';
export const LOSSES: Loss[] = ['suffix', 'random', 'all'];

/**
 * Leaves the files as a disk might after a power cut: first as they were at the last sync, then with those of the later writes that
 * reached it all the same, in their order.
 *
 * Out     how many writes were lost
 */
export function cutPower(logFile: string, loss: Loss, random: Chance): number {
  const writes = unsynced(logFile);
  const reached = writes.length === 0 || loss !== 'suffix' ? 0 : random.between(0, writes.length);
  const survives = writes.map((_, n) => (loss === 'random' ? random.next() < 0.5 : n < reached));
  const written = new Map<Unsynced, Buffer>();
  for (const write of writes.toReversed()) {
    withFile(write.file, (handle) => {
      if (write.type === 'W') written.set(write, contentOf(handle, write));
      if (write.before.length > 0) writeSync(handle, write.before, 0, write.before.length, write.at);
      ftruncateSync(handle, write.size);
    });
  }
  for (const [n, write] of writes.entries()) {
    if (!survives[n]) continue;
    withFile(write.file, (handle) => {
      const content = written.get(write);
      if (content) writeSync(handle, content, 0, content.length, write.at);
      else ftruncateSync(handle, write.at);
    });
  }
  rmSync(logFile, { force: true });
  return survives.filter((survived) => !survived).length;
}

/** What the write had put there; shorter where the process died before it was done. */
function contentOf(handle: number, { at, length }: Unsynced): Buffer {
  const content = Buffer.alloc(Math.max(0, Math.min(length, fstatSync(handle).size - at)));
  readSync(handle, content, 0, content.length, at);
  return content;
}

function withFile(file: string, work: (handle: number) => void): void {
  // What SQLite has deleted since holds nothing any more.
  if (!existsSync(file)) return;
  const handle = openSync(file, 'r+');
  try {
    work(handle);
  } finally {
    closeSync(handle);
  }
}
