import { expect, it } from 'vitest';
import { reconcileWorld } from './world.ts';

it('an order that a closed period holds is reconciled as such, and goes on by itself when a pull shows the period open', async () => {
  const world = await reconcileWorld({ orders: 1, setup: { closedPeriod: 'hold' } });
  const [orderId = 0] = world.ids;
  const inOracle = async (path: string, init?: RequestInit) => fetch(`${world.sandbox.url}/__sandbox/${path}`, init);
  const day = new Date(String((world.shop.order(orderId) as { date_created_gmt?: string }).date_created_gmt))
    .toISOString()
    .slice(0, 10);
  const [ledger] = (await (await inOracle('periods')).json()) as {
    ledger: string;
    periods: { name: string; start: string; end: string }[];
  }[];
  const period = ledger?.periods.find(({ start, end }) => start <= day && day <= end)?.name;
  const becomes = async (status: 'O' | 'C') => {
    const body = JSON.stringify({ period, status, application: 'AR' });
    const done = await inOracle('periods', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(done.status).toBe(200);
    expect((await world.post('/reference/pull')).status).toBe(200);
  };

  await becomes('C');
  await world.tell([orderId]);
  expect(await world.state(orderId)).toEqual({ state: 'attention', code: 'period.closed' });
  expect((await world.run()).result).toMatchObject({ unknown: 0, reasons: [{ reason: 'period', differences: 2 }] });

  await becomes('O');
  await expect.poll(async () => (await world.state(orderId)).state, { timeout: 20_000 }).toBe('posted');
  expect((await world.run()).result).toMatchObject({ differences: 0 });
}, 60_000);
