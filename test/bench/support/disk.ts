import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** How long this disk takes to append 4 kB and sync it, `times` times over, in milliseconds. */
export function syncTimes(folder: string, times: number): number[] {
  const file = openSync(join(folder, 'sync-probe'), 'w');
  const page = Buffer.alloc(4096, 1);
  const taken: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const beganMs = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    taken.push(performance.now() - beganMs);
  }
  closeSync(file);
  return taken;
}
