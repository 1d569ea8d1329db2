import { once } from 'node:events';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { csvText } from '../domain/csv.ts';
import { ok, type Result } from '../domain/failures.ts';
import { openSnapshot, type Snapshot } from '../store/reader.ts';
import { businessUnits } from './business-units.ts';
import { LISTED_ITEMS, openItems } from './certificate.ts';
import { differenceCells, orderCells } from './csv.ts';
import { OrderDigest } from './order-digest.ts';
import { type FreshDay, type Instants, timeZonesOf } from './period.ts';
import type { FromThread, PeriodEnd, PeriodJob, ToThread } from './period-job.ts';
import { addUpPeriod } from './run.ts';
import type { Difference } from './sheet.ts';

/** Text that is handed over at once. */
const PIECE = 64 * 1024;

/** The thread that period-beside.ts starts: compares one period, says how far it is, and ends. */
class PeriodThread {
  private readonly port: MessagePort;
  private readonly job: PeriodJob;
  private readonly digest = new OrderDigest();
  private readonly unexplained: Difference[] = [];
  private text = '';

  constructor(port: MessagePort, job: PeriodJob) {
    this.port = port;
    this.job = job;
  }

  async run(): Promise<void> {
    const snapshot = openSnapshot(this.job.dataFile);
    try {
      this.say({ kind: 'end', end: await this.compare(snapshot) });
    } finally {
      snapshot.close();
    }
  }

  private async compare(snapshot: Snapshot): Promise<Result<PeriodEnd>> {
    const { period, setup, rules, readSinceMs, fresh, csv, certificate } = this.job;
    const added = await addUpPeriod(
      period,
      {
        ...{ reads: snapshot.reads, setup, readSinceMs },
        businessUnitOf: businessUnits(setup, rules),
        fresh: fresh ? (instants) => this.listOf(instants, snapshot) : null,
        breathe: () => (this.text.length < PIECE ? DONE : this.handOver()),
      },
      {
        each: (comparison, day) => {
          if (csv) {
            const rows = csv === 'orders' ? orderCells(comparison) : comparison.differences.map(differenceCells);
            if (rows.length > 0) this.text += `${csvText(rows)}\r\n`;
          }
          if (!certificate) return;
          this.digest.add(comparison, day);
          const room = LISTED_ITEMS - this.unexplained.length;
          if (room > 0) this.unexplained.push(...comparison.differences.filter(isUnknown).slice(0, room));
        },
        dayDone: (_day, done, of) => this.say({ kind: 'day', done, of }),
      },
    );
    if (!added.ok) return added;
    await this.handOver();
    if (!certificate) return ok({ result: added.value, certified: null });
    const open = await openItems(snapshot.reads, { period, readSinceMs }, timeZonesOf(setup), () => DONE);
    const { digest, unexplained } = this;
    return ok({ result: added.value, certified: { orders: digest.orders, digest: digest.bytes(), unexplained, open } });
  }

  private async handOver(): Promise<void> {
    if (this.text === '') return;
    const { text } = this;
    this.text = '';
    await this.ask({ kind: 'csv', text });
  }

  private async listOf(instants: Instants, { reads }: Snapshot): Promise<Result<FreshDay>> {
    const placed = reads.placedBetween(instants.from, instants.to);
    const answer = await this.ask({ kind: 'fresh', instants, placed });
    if (answer.kind !== 'fresh') throw new Error(`A list of the shop was answered by "${answer.kind}"`);
    return answer.list;
  }

  private say(message: FromThread): void {
    this.port.postMessage(message);
  }

  private async ask(message: FromThread): Promise<ToThread> {
    const answer = once(this.port, 'message');
    this.say(message);
    const [heard] = (await answer) as [ToThread];
    return heard;
  }
}

const DONE = Promise.resolve();
const isUnknown = ({ reason }: Difference): boolean => reason === 'unknown';

if (!parentPort) throw new Error('period-thread.ts is started by period-beside.ts');
await new PeriodThread(parentPort, workerData as PeriodJob).run();
