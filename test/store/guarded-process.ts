import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/**
 * A server that cannot outlive us. It runs in its own process group below a small shell that waits for the end of its standard
 * input: when this process ends in whatever way (Ctrl-C, SIGKILL, crash of a test worker) the pipe closes, and the shell ends the
 * group and removes the folder. Signal handlers of our own could not promise that.
 */
export interface GuardedProcess {
  pid: number;
  /** Set once the group has ended, with what it ended with. */
  ended(): string | null;
  /** Ends the group, waits until no process of it is left, and has removed `folder`. */
  stop(): Promise<void>;
}

// $1 is the folder to remove, the rest the server's command line. A server that ends by itself takes the group along and leaves
// the folder, so that its log can be read.
const GUARD = `
  folder=$1; shift
  ( "$@" </dev/null; kill -TERM 0 ) &
  trap 'exit 1' TERM
  read -r _
  trap '' TERM; kill -TERM 0; wait; rm -rf -- "$folder"
`;
const STOP_PATIENCE_MS = 10_000;

/**
 * In     command   program and arguments
 *        folder    removed when we stop the group or are gone ourselves
 *        logFile   receives what the server prints
 */
export function startGuarded(
  command: string[],
  { folder, logFile, env }: { folder: string; logFile: string; env: NodeJS.ProcessEnv },
): GuardedProcess {
  const log = openSync(logFile, 'a');
  // detached: a session and process group of its own, so that one signal reaches the server and all its workers.
  const guard = spawn('/bin/sh', ['-c', GUARD, 'store-guard', folder, ...command], {
    detached: true,
    stdio: ['pipe', log, log],
    env,
  });
  closeSync(log);
  let ended: string | null = null;
  const over = new Promise<void>((resolve) => {
    guard.once('exit', (code, signal) => {
      ended = `exit code ${code}, signal ${signal}`;
      resolve();
    });
    guard.once('error', (error) => {
      ended = error.message;
      resolve();
    });
  });
  guard.stdin?.on('error', () => {}); // the group may be gone before we close its input
  const pid = guard.pid ?? 0;
  return {
    pid,
    ended: () => ended,
    async stop() {
      guard.stdin?.end();
      await Promise.race([over, wait(STOP_PATIENCE_MS)]);
      await groupGone(guard);
    },
  };
}

async function groupGone(guard: ChildProcess): Promise<void> {
  if (guard.pid === undefined) return;
  const deadline = Date.now() + STOP_PATIENCE_MS;
  for (;;) {
    try {
      process.kill(-guard.pid, 0);
    } catch {
      return; // ESRCH: nobody of the group is left
    }
    if (Date.now() > deadline) process.kill(-guard.pid, 'SIGKILL');
    await wait(20);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
