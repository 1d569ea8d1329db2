import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './sidecar.ts';

/** Where a shim was built, or why it cannot be. */
export type Shim = { ok: true; path: string } | { ok: false; reason: string };

/** Builds test/tools/{name}.c into `folder` as a library to LD_PRELOAD. */
export function buildShim(name: 'slowsync' | 'powercut', folder: string): Shim {
  if (process.platform !== 'linux') return { ok: false, reason: 'LD_PRELOAD shims need Linux' };
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.so`);
  const source = join(REPOSITORY, 'test', 'tools', `${name}.c`);
  const built = spawnSync('gcc', ['-shared', '-fPIC', '-O2', source, '-o', path, '-ldl'], { encoding: 'utf8' });
  if (built.error) return { ok: false, reason: 'gcc is not installed' };
  return built.status === 0 ? { ok: true, path } : { ok: false, reason: `gcc refuses ${name}.c: ${built.stderr.slice(0, 200)}` };
}
