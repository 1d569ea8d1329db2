import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { err, expectOk, ok, retryable } from '../../../sidecar/domain/failures.ts';
import { comparePeriodBeside } from '../../../sidecar/reconcile/period-beside.ts';
import type { PeriodJob } from '../../../sidecar/reconcile/period-job.ts';
import { addUpPeriod } from '../../../sidecar/reconcile/run.ts';
import { openSnapshot } from '../../../sidecar/store/reader.ts';
import { MANY_SETUP, manyOrders } from '../../bench/support/many-orders.ts';

vi.setConfig({ testTimeout: 90_000 });

const PERIOD = { from: '2026-10-01', to: '2026-10-30' };

async function job(orders: number, over: Partial<PeriodJob> = {}): Promise<PeriodJob> {
  const { file, close } = await manyOrders(orders);
  onTestFinished(close);
  return {
    ...{ dataFile: file, period: PERIOD, setup: MANY_SETUP, rules: { version: 1, rules: [] } },
    ...{ readSinceMs: null, fresh: false, certificate: false, csv: null },
    ...over,
  };
}

describe('a period compared in a thread of its own', () => {
  it('ends with what the same comparison gives here, and with a hash per order where a certificate wants it', async () => {
    const asked = await job(60, { certificate: true });
    const days: number[] = [];
    const { result, certified } = expectOk(await comparePeriodBeside(asked, { dayDone: (done) => days.push(done) }));
    const snapshot = openSnapshot(asked.dataFile);
    onTestFinished(() => snapshot.close());
    const here = await addUpPeriod(PERIOD, {
      ...{ reads: snapshot.reads, setup: MANY_SETUP, businessUnitOf: () => '', readSinceMs: null, fresh: null },
      breathe: async () => undefined,
    });
    expect(result).toEqual(expectOk(here));
    expect(result).toMatchObject({ orders: 60, differences: 0 });
    expect(days).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(certified).toMatchObject({ orders: 60, unexplained: [] });
    expect(certified?.digest).toHaveLength(60 * 14);
  });

  it('hands a long table over in pieces, and makes no more before one is taken', async () => {
    const asked = await job(2_000, { csv: 'orders' });
    const pieces: string[] = [];
    let taking = 0;
    await comparePeriodBeside(asked, {
      async csv(text) {
        taking += 1;
        expect(taking).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        pieces.push(text);
        taking -= 1;
      },
    });
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(100_000);
    const ids = pieces
      .join('')
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(',')[4]);
    expect(ids).toHaveLength(2_000);
    expect(new Set(ids).size).toBe(2_000);
  });

  it('asks for the shop’s list of each day, with the orders known to be of it, and fails as the shop fails', async () => {
    const asked = await job(60, { fresh: true, period: { from: '2026-10-01', to: '2026-10-02' } });
    const placed: number[] = [];
    const listed = await comparePeriodBeside(asked, {
      async fresh(_instants, ids) {
        placed.push(ids.length);
        return ok(new Map());
      },
    });
    expect(placed).toEqual([2, 2]);
    // An empty list: all four are gone from the shop.
    expect(expectOk(listed).result).toMatchObject({ orders: 4, reasons: [{ reason: 'waiting', differences: 4 }] });
    const down = err(retryable('endpoint.unavailable', 'The shop does not answer.'));
    expect(await comparePeriodBeside(asked, { fresh: async () => down })).toEqual(down);
    await expect(comparePeriodBeside(asked, { fresh: () => Promise.reject(new Error('a bug')) })).rejects.toThrow('a bug');
  });

  it('says so in words when its memory does not suffice, and ends when it is told to', async () => {
    const asked = await job(20_000);
    const limits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 10 };
    expect(await comparePeriodBeside(asked, { limits })).toMatchObject({
      failure: { code: 'reconcile.out_of_memory', message: expect.stringContaining('than the 10 MB') },
    });
    const stopping = new AbortController();
    const ended = comparePeriodBeside(asked, { signal: stopping.signal, dayDone: () => stopping.abort(new Error('stop')) });
    await expect(ended).rejects.toThrow('stop');
    await expect(comparePeriodBeside(asked, { signal: stopping.signal })).rejects.toThrow('stop');
  });
});
