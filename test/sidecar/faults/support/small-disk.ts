import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { testFolder } from '../../support/folder.ts';

/** A file system of its own that can be filled, or why there is none. */
export type SmallDisk = { ok: true; folder: string; fill(): void; makeRoom(): void } | { ok: false; reason: string };

export function smallDisk(megabytes: number): SmallDisk {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { ok: false, reason: 'a small tmpfs needs root on Linux' };
  const folder = testFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { encoding: 'utf8' });
  if (mounted.status !== 0)
    return { ok: false, reason: `a small tmpfs cannot be mounted here: ${mounted.stderr ?? mounted.error}` };
  onTestFinished(() => {
    // Lazily: a process that is just ending may still hold a file.
    spawnSync('umount', ['-l', folder]);
  });
  const ballast = join(folder, 'ballast');
  return {
    ok: true,
    folder,
    fill() {
      const handle = openSync(ballast, 'a');
      for (const size of [1 << 20, 4096, 1]) {
        const bytes = Buffer.alloc(size);
        try {
          for (;;) if (writeSync(handle, bytes) < size) break;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
      closeSync(handle);
    },
    makeRoom() {
      if (existsSync(ballast)) rmSync(ballast);
    },
  };
}
