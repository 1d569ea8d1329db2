import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProgramOptions {
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Matched against what it prints; `ready` is the match. Default: it is ready when it ends. */
  readyWhen: RegExp;
  /** Until it is ready. */
  patienceMs?: number;
  nodeOptions?: readonly string[];
}

/** A Node program of its own process. It ends with us, whatever ends us (preload.ts). */
export interface Program extends AsyncDisposable {
  pid: number;
  ready: RegExpExecArray;
  /** All it has printed so far, both streams. */
  output(): string;
  /** Resolves with the exit code, or with the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  hasEnded(): boolean;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL; resolves when the system has taken it away. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL after twelve seconds; what it ended with. */
  stop(): Promise<number | NodeJS.Signals>;
  /** Resident memory in bytes, after a collection where the program was started with --expose-gc. */
  residentBytes(): Promise<number>;
}

const STOP_PATIENCE_MS = 12_000;
const PRELOAD = join(import.meta.dirname, 'preload.ts');

/** Fails: throws with the program's own words when it ends or stays silent instead of becoming ready. */
export async function startProgram(script: string, options: ProgramOptions): Promise<Program> {
  const { args = [], nodeOptions = [], patienceMs = 30_000, readyWhen } = options;
  const child = spawn(process.execPath, [...nodeOptions, '--import', PRELOAD, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // What the developer has set for a sidecar of his own is not for this one.
    env: { ...withoutOurs(process.env), ...options.env },
  });
  let text = '';
  let over = false;
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      resolve(code ?? signal ?? 'SIGKILL');
    });
  });
  const become = new Promise<RegExpExecArray>((resolve) => {
    const hear = (chunk: Buffer) => {
      text += chunk;
      const match = readyWhen.exec(text);
      if (match) resolve(match);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const patience = new AbortController();
  const ready = await Promise.race([
    become,
    ended.then(() => null),
    sleep(patienceMs, null, { signal: patience.signal }).catch(() => null),
  ]);
  patience.abort();
  if (!ready) {
    const how = over ? 'ended' : `was not ready after ${patienceMs} ms`;
    await kill();
    throw new Error(`${script} ${how}:\n${text.slice(-2_000)}`);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    const waiting = new AbortController();
    await Promise.race([ended, sleep(STOP_PATIENCE_MS, null, { signal: waiting.signal }).catch(() => null)]);
    waiting.abort();
    if (!over) child.kill('SIGKILL');
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    ready,
    output: () => text,
    ended,
    hasEnded: () => over,
    signal: (name) => void child.kill(name),
    kill,
    stop,
    async residentBytes() {
      await collectGarbage(child);
      return residentBytesOf(child.pid ?? 0);
    },
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

const withoutOurs = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AR_BRIDGE_')));

/** Twice: what the first round only finalises, the second frees. */
async function collectGarbage(child: ChildProcess): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.send('collect garbage', (error) => error && reject(error));
    });
    await sleep(200);
  }
}

/** Source: proc(5), VmRSS. */
function residentBytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
