import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';

/**
 * A server that cannot outlive us. It runs in its own process group below a small shell that waits for the end of its standard
 * input: when this process ends in whatever way (Ctrl-C, SIGKILL, crash of a test worker) the pipe closes, and the shell ends the
 * group and removes the folder. Signal handlers of our own could not promise that.
 */
export interface GuardedProcess {
  pid: number;
  /** Set once the group has ended, with what it ended with. */
  ended(): string | null;
  /** Ends the group, by force after five seconds, and removes `folder`. */
  stop(): Promise<void>;
}

// $1 is the folder to remove, $2 the gentle signal; the rest is the server's command line. A line on standard input asks for a gentle
// end, its end without a line means that nobody is left to wait for one. A server that ends by itself takes the group along and
// leaves the folder, so that its log can be read.
const GUARD = `
  folder=$1; signal=$2; shift 2
  ( "$@" </dev/null; kill -TERM 0 ) &
  trap 'exit 1' TERM
  read -r _ || signal=TERM
  trap '' INT TERM; kill -"$signal" 0; wait; rm -rf -- "$folder"
`;
const STOP_PATIENCE_MS = 5_000;

/**
 * In     command   program and arguments
 *        folder    removed when we stop the group or are gone ourselves
 *        signal    what ends the server gently: INT where it then waits for workers of its own (PHP), TERM otherwise
 *        logFile   receives what the server prints
 */
export function startGuarded(
  command: string[],
  { folder, signal, logFile, env }: { folder: string; signal: 'INT' | 'TERM'; logFile: string; env: NodeJS.ProcessEnv },
): GuardedProcess {
  const log = openSync(logFile, 'a');
  // detached: a session and process group of its own, so that one signal reaches the server and all its workers.
  const guard = spawn('/bin/sh', ['-c', GUARD, 'store-guard', folder, signal, ...command], {
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
  const pid = guard.pid;
  if (pid === undefined) throw new Error('No /bin/sh to start a server with.');
  const end = async () => {
    guard.stdin?.end('stop\n');
    await Promise.race([over, wait(STOP_PATIENCE_MS)]);
    try {
      process.kill(-pid, 'SIGKILL'); // a server in the middle of a long request does not listen
    } catch {
      // ESRCH: nobody of the group is left, as it should be.
    }
    await rm(folder, { recursive: true, force: true });
  };
  // Once only: a later signal could meet a stranger with the same id.
  let stopped: Promise<void> | undefined;
  return {
    pid,
    ended: () => ended,
    stop() {
      stopped ??= end();
      return stopped;
    },
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
