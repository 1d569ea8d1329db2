import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { err, type Result, rejected } from '../domain/failures.ts';
import type { FreshDay, Instants } from './period.ts';
import type { FromThread, PeriodEnd, PeriodJob, ToThread } from './period-job.ts';

/**
 * What the thread's heap may take. V8 lets a young generation grow with the traffic through it (to 48 MB) and cleans the old one late;
 * held to this, the process takes a few per cent more for ten times the orders (npm run bench reconcile).
 */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 };

export interface Beside {
  /** The shop's list of a day; `placed` are the orders that we know to be of it. */
  fresh?: (instants: Instants, placed: readonly number[]) => Promise<Result<FreshDay>>;
  /** Lines of the job's table; the thread waits until they are taken. */
  csv?: (text: string) => void | Promise<void>;
  dayDone?: (done: number, of: number) => void;
  /** Ends the thread; the call rejects with the reason. */
  signal?: AbortSignal;
  limits?: typeof LIMITS;
}

/**
 * Compares a period in a thread of its own, on its own connection: nobody waits for it, and its memory is bounded.
 *
 * Fails   as the shop fails; rejected reconcile.out_of_memory. Throws what the thread, or a function of `beside`, threw
 */
export async function comparePeriodBeside(job: PeriodJob, beside: Beside = {}): Promise<Result<PeriodEnd>> {
  const { signal, limits = LIMITS } = beside;
  signal?.throwIfAborted();
  const worker = new Worker(THREAD, { workerData: job, resourceLimits: limits });
  const ended = new Promise<Result<PeriodEnd>>((resolve, reject) => {
    const stop = () => reject(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'end') resolve(message.end);
      else answerTo(message, beside).then((answer) => answer && worker.postMessage(answer), reject);
    });
    worker.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(err(tooLarge(job, limits)));
      else reject(error);
    });
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      reject(new Error(`The thread that compared the period ended with ${code} before it was done`));
    });
  });
  return ended.finally(() => worker.terminate());
}

async function answerTo(
  message: Exclude<FromThread, { kind: 'end' }>,
  { fresh, csv, dayDone }: Beside,
): Promise<ToThread | null> {
  switch (message.kind) {
    case 'day':
      dayDone?.(message.done, message.of);
      return null;
    case 'csv':
      await csv?.(message.text);
      return { kind: 'taken' };
    case 'fresh':
      if (!fresh) throw new Error('The thread asks for a list of the shop that nobody can give');
      return { kind: 'fresh', list: await fresh(message.instants, message.placed) };
  }
}

const tooLarge = ({ period: { from, to } }: PeriodJob, { maxOldGenerationSizeMb }: typeof LIMITS) =>
  rejected(
    'reconcile.out_of_memory',
    `The table from ${from} to ${to} needs more memory than the ${maxOldGenerationSizeMb} MB it may take.`,
    'Choose a shorter period.',
  );

/** Compiled, this file and the thread's end in .js both. */
const THREAD = new URL(`./period-thread${extname(import.meta.filename)}`, import.meta.url);
