import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startGuarded } from './guarded-process.ts';

// A server with a worker of its own, each of which says its process id.
const SERVER = ['/bin/sh', '-c', 'sleep 300 & echo $! $$; wait'];

function folderWithLog(): { folder: string; logFile: string } {
  const folder = mkdtempSync(join(tmpdir(), 'guarded-'));
  return { folder, logFile: join(folder, 'server.log') };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that ended stays in the table until its parent asks for it; that is the parent's affair.
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function pidsIn(logFile: string): Promise<number[]> {
  await expect.poll(() => existsSync(logFile) && readFileSync(logFile, 'utf8')).toMatch(/^\d+ \d+/);
  return readFileSync(logFile, 'utf8').trim().split(' ').map(Number);
}

describe.skipIf(process.platform === 'win32')('a guarded process', () => {
  // `sleep` in the background of a shell ignores INT, like a PHP worker that waits for an answer.
  it.each([
    { signal: 'TERM', way: 'by the signal it listens to' },
    { signal: 'INT', way: 'by force when it is deaf to the signal' },
  ] as const)(
    'ends with its workers and its folder $way',
    async ({ signal }) => {
      const { folder, logFile } = folderWithLog();
      const server = startGuarded(SERVER, { folder, signal, logFile, env: process.env });
      const pids = await pidsIn(logFile);
      expect(pids.map(alive)).toEqual([true, true]);
      await server.stop();
      await expect.poll(() => pids.map(alive)).toEqual([false, false]);
      expect(existsSync(folder)).toBe(false);
      await server.stop();
    },
    20_000,
  );

  it('says that it ended by itself, and leaves its log', async () => {
    const { folder, logFile } = folderWithLog();
    const server = startGuarded(['/bin/sh', '-c', 'echo no port; exit 3'], { folder, signal: 'TERM', logFile, env: process.env });
    await expect.poll(() => server.ended()).not.toBeNull();
    expect(readFileSync(logFile, 'utf8')).toContain('no port');
    await server.stop();
    expect(existsSync(folder)).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'ends when its starter is ended by %s',
    async (signal) => {
      const { folder, logFile } = folderWithLog();
      const script = join(mkdtempSync(join(tmpdir(), 'starter-')), 'starter.ts');
      const options = JSON.stringify({ folder, signal: 'INT', logFile, env: { PATH: process.env.PATH } });
      writeFileSync(
        script,
        `import { startGuarded } from ${JSON.stringify(join(import.meta.dirname, 'guarded-process.ts'))};
      startGuarded(${JSON.stringify(SERVER)}, ${options});
      setInterval(() => {}, 1000);`,
      );
      const starter = spawn(process.execPath, [script], { stdio: 'ignore' });
      onTestFinished(() => {
        starter.kill('SIGKILL');
      });
      const pids = await pidsIn(logFile);
      starter.kill(signal);
      await expect.poll(() => pids.map(alive), { timeout: 5_000 }).toEqual([false, false]);
      await expect.poll(() => existsSync(folder)).toBe(false);
    },
    20_000,
  );
});
