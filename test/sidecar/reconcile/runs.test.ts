import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { parseCsv } from '../../../sidecar/domain/csv.ts';
import { sum } from '../../../sidecar/domain/money.ts';
import type { ReconcileRow } from '../../../sidecar/http/reconcile-contract.ts';
import { MEASURES } from '../../../sidecar/reconcile/figures.ts';
import { testSidecar } from '../support/sidecar.ts';
import { FIRST, reconcileWorld, today } from './world.ts';

vi.setConfig({ testTimeout: 90_000 });

const cents = (decimal: string): number => Math.round(Number(decimal) * 100);
/** Rows added up per currency: what the totals must say. */
const added = (rows: readonly ReconcileRow[], currency: string, measure: (typeof MEASURES)[number], side: 'store' | 'oracle') =>
  sum(rows.filter((row) => row.currency === currency).map((row) => cents(row.measures[measure][side])));

describe('a reconciliation over the admin API', () => {
  it('finds store and Oracle equal to the cent after orders of every kind landed, by the record and read back live', async () => {
    const world = await reconcileWorld({ orders: 12, kinds: 'all' });
    await world.tell(world.ids);
    const byRecord = await world.run();
    const live = await world.run({ oracle: 'live', store: 'fresh' });
    expect(live).toMatchObject({ state: 'done', failure: null, actor: 'kim' });
    for (const run of [byRecord, live]) {
      expect(run.result).toMatchObject({ orders: 12, unknown: 0, missing: 0, drifted: 0 });
      const rows = await world.rows(run);
      for (const total of run.result?.totals ?? []) {
        for (const measure of MEASURES) {
          expect(total.measures[measure].difference, `${total.currency} ${measure}`).toMatch(/^0\.00$/);
          for (const side of ['store', 'oracle'] as const) {
            expect(added(rows, total.currency, measure, side)).toBe(cents(total.measures[measure][side]));
          }
        }
      }
      const totals = run.result?.totals ?? [];
      expect(totals.map(({ currency }) => currency).sort()).toEqual(['EUR', 'USD']);
      // The shop's own sums: what it sold, less what it refunded.
      const orders = world.ids.map((id) => world.shop.order(id));
      for (const { currency, measures } of totals) {
        const sold = sum(orders.filter((order) => order.currency === currency).map((order) => cents(order.total)));
        expect(cents(measures.sales.store)).toBe(sold);
      }
    }
    // As many documents as the sandbox's own ledger has.
    const ledger = await fetch(`${world.sandbox.url}/__sandbox/ledger`).then((answer) => answer.json());
    const kept = [...ledger.invoices, ...ledger.creditMemos, ...ledger.receipts].filter(({ number }) =>
      number.startsWith('WEB-'),
    );
    expect(live.result?.documents).toBe(kept.length);
    expect(byRecord.result?.readSince).toBeNull();
    expect(live.result?.readSince).not.toBeNull();
  });

  it('drills down from a row to its orders and documents, which add up to the row', async () => {
    const world = await reconcileWorld({ orders: 12, kinds: 'all' });
    await world.tell(world.ids);
    const run = await world.run();
    let seen = 0;
    for (const row of await world.rows(run)) {
      const place = new URLSearchParams({
        day: row.day,
        businessUnit: row.businessUnit,
        gateway: row.gateway,
        currency: row.currency,
        perPage: '5',
      });
      const orders = [];
      for (let page = 1; ; page += 1) {
        const { body } = await world.get(`/reconcile/runs/${run.id}/orders?${place}&page=${page}`);
        orders.push(...body.orders);
        if (orders.length >= body.total) break;
      }
      for (const measure of MEASURES) {
        for (const side of ['store', 'oracle'] as const) {
          expect(sum(orders.map((order) => cents(order.measures[measure][side]))), measure).toBe(
            cents(row.measures[measure][side]),
          );
          const entries = orders
            .flatMap((order) => order.entries)
            .filter((entry) => entry.measure === measure && entry.side === side);
          expect(sum(entries.map(({ amount }) => cents(amount)))).toBe(cents(row.measures[measure][side]));
        }
      }
      seen += orders.length;
    }
    expect(seen).toBeGreaterThanOrEqual(12);
  });

  it('shows an order that nobody told of only when the store is asked again, and no longer once it is told', async () => {
    const world = await reconcileWorld({ orders: 3 });
    await world.tell([FIRST, FIRST + 1]);
    expect((await world.run()).result).toMatchObject({ orders: 2, differences: 0 });
    const asked = await world.run({ store: 'fresh' });
    expect(asked.result).toMatchObject({ orders: 3, unknown: 1 });
    const [row] = await world.rows(asked, '&only=differences');
    expect(row?.reasons).toEqual([
      { measure: 'sales', reason: 'unknown', differences: 1, net: `-${world.shop.order(FIRST + 2).total}` },
    ]);
    const place = new URLSearchParams({
      day: row?.day ?? '',
      businessUnit: row?.businessUnit ?? '',
      gateway: row?.gateway ?? '',
      currency: row?.currency ?? '',
      only: 'differences',
    });
    const { body } = await world.get(`/reconcile/runs/${asked.id}/orders?${place}`);
    expect(body).toMatchObject({ total: 1, differing: 1 });
    expect(body.orders[0].differences[0].message).toContain('has not heard of it');
    await world.tell([FIRST + 2]);
    expect((await world.run({ store: 'fresh' })).result).toMatchObject({ orders: 3, differences: 0 });
  });

  it('explains an order that waits by what it waits for, and says what to do: on the page, in the files and on the certificate', async () => {
    const world = await reconcileWorld({ orders: 2 });
    const rules = (await world.get('/rules')).body;
    await world.sidecar.send('PUT', '/v1/admin/rules?actor=kim', {
      baseVersion: rules.version,
      rules: rules.rules.filter((rule: { kind: string }) => rule.kind !== 'shipping'),
    });
    await world.tell(world.ids);
    expect(await world.state(FIRST)).toMatchObject({ state: 'attention' });
    const run = await world.run({ oracle: 'live', certificate: true });
    expect(run.result).toMatchObject({ unknown: 0, reasons: [{ reason: 'unmapped', differences: 4 }] });
    expect(run.result?.totals[0]?.measures.sales.oracle).toBe('0.00');

    const action = (await world.get(`/orders/${FIRST}`)).body.reason.action;
    expect(action).toMatch(/rule/i);
    const { day = '', businessUnit = '', gateway = '', currency = '' } = (await world.rows(run))[0] ?? {};
    const place = new URLSearchParams({ day, businessUnit, gateway, currency });
    const { orders } = (await world.get(`/reconcile/runs/${run.id}/orders?${place}`)).body;
    expect(orders[0].differences).toMatchObject([{ action }, { action }]);
    for (const [what, column] of [
      ['differences', 'action'],
      ['orders', 'actions'],
    ]) {
      const [header = [], first] = parseCsv((await world.get(`/reconcile/runs/${run.id}/csv?what=${what}`)).body).rows.map(
        ({ cells }) => cells,
      );
      expect([header.at(-1), first?.at(-1)]).toEqual([column, action]);
    }
    const certificate = (await world.get(`/reconcile/certificates/${run.result?.certificateId}`)).body;
    expect(JSON.parse(certificate.data).open.orders).toMatchObject([{ state: 'attention', orders: 2, action }]);
    expect(certificate.html).toContain(`(account.unmapped). ${action.replaceAll('"', '&quot;')}`);
  });

  it('tells a failed live read in words and keeps it', async () => {
    const world = await reconcileWorld({ orders: 1 });
    await world.tell(world.ids);
    const faults = {
      fault: 'error',
      status: 403,
      code: 'SBX_FORBIDDEN',
      detail: 'You may not.',
      route: 'receivablesInvoices',
      count: 0,
    };
    await fetch(`${world.sandbox.url}/__sandbox/faults`, { method: 'POST', body: JSON.stringify(faults), headers: JSON_TYPE });
    const run = await world.run({ oracle: 'live', certificate: true });
    expect(run).toMatchObject({ state: 'failed', result: null });
    expect(run.failure?.message).not.toBe('');
    expect((await world.get('/reconcile')).body).toMatchObject({ runs: [{ id: run.id, state: 'failed' }], certificates: [] });
    const rows = await world.get(`/reconcile/runs/${run.id}/rows`);
    expect(rows).toMatchObject({ status: 409, body: { error: { code: 'reconcile.not_done' } } });
  });

  it('ends with the sidecar when that is stopped, and says so after the next start', async () => {
    const world = await reconcileWorld({ orders: 1 });
    await world.tell(world.ids);
    await fetch(`${world.sandbox.url}/__sandbox/latency`, { method: 'POST', body: '{"ms":200}', headers: JSON_TYPE });
    const { id } = (await world.post('/reconcile/runs', { ...world.period, oracle: 'live' })).body;
    expect((await world.get(`/reconcile/runs/${id}`)).body.state).toBe('running');
    await world.sidecar.close();
    const again = await testSidecar({}, { folder: world.folder });
    again.secret = world.sidecar.secret;
    const { body } = await again.send('GET', `/v1/admin/reconcile/runs/${id}?actor=kim`);
    expect(body).toMatchObject({ state: 'failed', failure: { code: 'reconcile.interrupted' }, result: null });
  });

  it('refuses what cannot be compared, in words', async () => {
    const world = await reconcileWorld({ orders: 1 });
    const refused = async (body: object) => {
      const answer = await world.post('/reconcile/runs', body);
      return [answer.status, answer.body.error.code];
    };
    expect(await refused({ from: '2026-11-30', to: '2026-11-01' })).toEqual([422, 'reconcile.period']);
    expect(await refused({ from: '2020-01-01', to: '2026-11-01' })).toEqual([422, 'reconcile.period']);
    expect(await refused({ from: '2026-02-30', to: '2026-11-01' })).toEqual([400, 'request.invalid']);
    expect(await refused({ from: '2026-11-01', to: '2026-11-30', oracle: 'guess' })).toEqual([400, 'request.invalid']);
    expect((await world.get('/reconcile/runs/99')).body.error.code).toBe('reconcile.unknown_run');
    expect((await world.get('/reconcile/certificates/99')).body.error.code).toBe('reconcile.unknown_certificate');
    const [first, second] = await Promise.all([
      world.post('/reconcile/runs', world.period),
      world.post('/reconcile/runs', world.period),
    ]);
    expect([first.status, second.status].sort()).toEqual([200, 422]);
    expect([first, second].find(({ status }) => status === 422)?.body.error.code).toBe('reconcile.busy');
  });

  it('gives the table, the differences and the orders as CSV that no spreadsheet runs', async () => {
    const world = await reconcileWorld({ orders: 3 });
    await world.tell([FIRST, FIRST + 1]);
    const run = await world.run({ store: 'fresh' });
    const csv = async (what: string) =>
      String((await world.get(`/reconcile/runs/${run.id}/csv?what=${what}`)).body).split('\r\n');
    const rows = await csv('rows');
    expect(rows[0]).toContain('day,businessUnit,gateway,currency,orders,sales store,sales oracle,sales difference');
    expect(rows).toHaveLength(1 + (await world.rows(run)).length);
    const differences = await csv('differences');
    expect(differences).toHaveLength(3);
    expect(differences[2]).toBe('');
    expect(differences[1]).toContain(`,${FIRST + 2},${FIRST + 2},sales,-${world.shop.order(FIRST + 2).total},unknown,,`);
    const orders = await csv('orders');
    expect(orders).toHaveLength(1 + 3 + 1);
    // Day by day, as the command line asks for them: the same lines, without the header.
    const days = [...new Set((await world.rows(run)).map(({ day }) => day))].sort();
    const byDay = await Promise.all(days.map((day) => csv(`orders&day=${day}`)));
    expect(byDay.flatMap((lines) => lines.slice(0, -1))).toEqual(orders.slice(1, -1));
    expect(await csv('orders&day=2019-01-01')).toEqual(['']);
    expect((await world.get(`/reconcile/runs/${run.id}/csv?what=orders&day=today`)).status).toBe(400);
    expect((await world.get(`/reconcile/runs/${run.id}/csv?what=formulas`)).status).toBe(400);
  });
});

describe('the close certificate', () => {
  it('carries a hash that anybody can compute again, and the next one says what changed since', async () => {
    const world = await reconcileWorld({ orders: 3 });
    await world.tell([FIRST, FIRST + 1]);
    const first = await world.run({ oracle: 'live', store: 'kept', certificate: true });
    const certificate = (await world.get(`/reconcile/certificates/${first.result?.certificateId}`)).body;
    expect(createHash('sha256').update(certificate.data).digest('hex')).toBe(certificate.sha256);
    const data = JSON.parse(certificate.data);
    expect(data).toMatchObject({
      period: world.period,
      madeBy: 'kim',
      orders: 2,
      differences: [],
      unexplained: { count: 0, items: [] },
      since: null,
      versions: { rules: 1, setup: 1 },
    });
    const audit = (await world.get('/audit/verify')).body;
    expect(audit.ok).toBe(true);
    expect(data.audit.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(data.audit.seq).toBeLessThanOrEqual(audit.rows);

    const again = await world.run({ certificate: true });
    const same = JSON.parse((await world.get(`/reconcile/certificates/${again.result?.certificateId}`)).body.data);
    expect(same.since).toMatchObject({ id: certificate.id, sha256: certificate.sha256, rows: [], orders: { count: 0, ids: [] } });
    expect(same.ordersDigest).toEqual(data.ordersDigest);

    await world.tell([FIRST + 2]);
    const third = await world.run({ certificate: true });
    const changed = JSON.parse((await world.get(`/reconcile/certificates/${third.result?.certificateId}`)).body.data);
    expect(changed.since.orders).toEqual({ count: 1, ids: [FIRST + 2] });
    const sold = changed.since.rows.find(
      (row: { measure: string; side: string }) => row.measure === 'sales' && row.side === 'oracle',
    );
    expect(cents(sold.after) - cents(sold.before)).toBe(cents(world.shop.order(FIRST + 2).total));
    expect((await world.get('/reconcile')).body.certificates.map(({ id }: { id: number }) => id)).toEqual([3, 2, 1]);
  });

  it('names what is open and what is not explained, on a page without anything from elsewhere', async () => {
    const world = await reconcileWorld({ orders: 3 });
    await world.tell([FIRST, FIRST + 1]);
    await world.byHand.unapply(`WEB-${FIRST}-P1`, `WEB-${FIRST}`);
    const run = await world.run({ oracle: 'live', store: 'fresh', certificate: true });
    const { html, data } = (await world.get(`/reconcile/certificates/${run.result?.certificateId}`)).body;
    expect(JSON.parse(data).unexplained).toMatchObject({ count: 1, items: [{ orderId: FIRST + 2, measure: 'sales' }] });
    expect(html).toContain('Not balanced: 1 difference has no explanation.');
    // Open items are those that Oracle showed, not those of a record that does not know of somebody's hand yet.
    const { open, totals } = JSON.parse(data);
    const amounts = Object.fromEntries(open.documents.map((each: { kind: string; amount: string }) => [each.kind, each.amount]));
    const unapplied = world.shop.order(FIRST).total;
    expect(amounts).toEqual({ invoice: unapplied, receipt: unapplied });
    expect(totals[0].oracle).toMatchObject({ openInvoices: unapplied, unapplied });
    expect(html).toContain('Changed in Oracle by hand');
    expect(html).not.toMatch(/<script|https?:|src=|@import|url\(/i);
    const csv: string = (await world.get(`/reconcile/certificates/${run.result?.certificateId}/csv`)).body;
    expect(csv).toContain('unexplained,');
    expect(csv).toContain('sha256');
  });
});

describe('drift', () => {
  it('finds a receipt that somebody unapplied, asks a person, and a replay applies it again', async () => {
    const world = await reconcileWorld({ orders: 2 });
    await world.tell(world.ids);
    const [receipt, invoice] = [`WEB-${FIRST}-P1`, `WEB-${FIRST}`];
    await world.byHand.unapply(receipt, invoice);
    // Our own record does not know yet.
    expect((await world.run()).result).toMatchObject({ differences: 0 });
    const found = await world.run({ oracle: 'live' });
    expect(found.result).toMatchObject({ drifted: 1, unknown: 0, reasons: [{ reason: 'changed-in-oracle', differences: 2 }] });
    expect(await world.state(FIRST)).toEqual({ state: 'attention', code: 'drift.changed_in_oracle' });
    const list = (await world.get('/reconcile/drift')).body;
    expect(list).toMatchObject({ total: 1, orders: [{ orderId: FIRST, accepted: null }] });
    expect(
      list.orders[0].findings.map(({ document, aspect }: { document: string; aspect: string }) => [document, aspect]),
    ).toEqual([
      [invoice, 'open'],
      [receipt, 'open'],
    ]);
    const put = await world.post('/reconcile/drift/put-right', { orderId: FIRST });
    expect(put.body).toEqual({ undone: 1 });
    await world.rest();
    expect(await world.state(FIRST)).toEqual({ state: 'posted', code: null });
    const after = await world.run({ oracle: 'live' });
    expect(after.result).toMatchObject({ differences: 0, drifted: 0 });
    expect((await world.get('/reconcile/drift')).body).toEqual({ orders: [], total: 0 });
  });

  it('takes a change as it is when a person says so, until something else changes', async () => {
    const world = await reconcileWorld({ orders: 1 });
    await world.tell(world.ids);
    const [receipt, invoice] = [`WEB-${FIRST}-P1`, `WEB-${FIRST}`];
    await world.byHand.unapply(receipt, invoice);
    await world.run({ oracle: 'live' });
    const drift = async () => (await world.get('/reconcile/drift')).body.orders[0];
    const { fingerprint } = await drift();
    const stale = await world.post('/reconcile/drift/accept', { orderId: FIRST, fingerprint: '0123456789abcdef' });
    expect(stale.body.error.code).toBe('drift.changed_meanwhile');
    expect((await world.post('/reconcile/drift/accept', { orderId: FIRST, fingerprint, note: 'agreed' })).status).toBe(200);
    await world.rest();
    expect((await drift()).accepted).toMatchObject({ by: 'kim' });
    expect((await world.get('/reconcile')).body.drifted).toBe(0);
    expect(await world.state(FIRST)).toEqual({ state: 'posted', code: null });
    expect((await world.run({ oracle: 'live' })).result).toMatchObject({
      drifted: 0,
      reasons: [{ reason: 'changed-in-oracle' }],
    });
    expect(await world.state(FIRST)).toEqual({ state: 'posted', code: null });
    // Its documents stand, and somebody looks after them: it is not left out.
    const skipped = await world.post(`/orders/${FIRST}/skip`, { reason: 'enough of it' });
    expect(skipped).toMatchObject({ status: 422, body: { error: { code: 'order.has_documents' } } });
    expect((await world.get(`/orders/${FIRST}`)).body).toMatchObject({
      state: 'posted',
      skipRefused: { message: expect.stringContaining(`${invoice}, ${receipt}`) },
    });
    await world.byHand.reverse(receipt);
    expect((await world.run({ oracle: 'live' })).result).toMatchObject({ drifted: 1 });
    expect(await world.state(FIRST)).toEqual({ state: 'attention', code: 'drift.changed_in_oracle' });
    expect((await drift()).accepted).toBeNull();
  });

  it('finds a document with our prefix that nobody here knows of', async () => {
    const world = await reconcileWorld({ orders: 1 });
    await world.tell(world.ids);
    await world.byHand.invoice('WEB-777777', 4_200);
    const run = await world.run({ oracle: 'live' });
    expect(run.result).toMatchObject({ unknown: 2, drifted: 1 });
    const list = (await world.get('/reconcile/drift')).body;
    expect(list.orders).toMatchObject([
      { orderId: 0, findings: [{ document: 'WEB-777777', aspect: 'unknown', theirs: '42.00 USD' }] },
    ]);
    const { fingerprint } = list.orders[0];
    expect((await world.post('/reconcile/drift/accept', { orderId: 0, fingerprint })).status).toBe(200);
    expect((await world.run({ oracle: 'live' })).result?.drifted).toBe(0);
    expect((await world.get('/reconcile/drift')).body.orders).toMatchObject([{ orderId: 0, accepted: { by: 'kim' } }]);
    expect(today(0)).toBe(run.to);
  });

  const EARLIER = today(-9);
  const DAY = /^\d{4}-\d\d-\d\d$/;
  const AMOUNT = /^\d+\.\d\d USD$/;
  const changes: Changed[] = [
    { kind: 'invoice', change: { gone: true }, aspect: 'missing', ours: AMOUNT, theirs: '–' },
    { kind: 'receipt', change: { gone: true }, aspect: 'missing', ours: AMOUNT, theirs: '–' },
    {
      ...{ kind: 'invoice', change: { status: 'Incomplete' }, aspect: 'incomplete', ours: /^Complete$/, theirs: 'Incomplete' },
      back: () => ({ status: 'Complete' }),
    },
    ...(['invoice', 'receipt'] as const).flatMap((kind): Changed[] => [
      {
        ...{ kind, change: { amount: '912.34' }, aspect: 'amount', ours: AMOUNT, theirs: '912.34 USD' },
        back: (amount) => ({ amount }),
      },
      {
        ...{ kind, change: { accountingDate: EARLIER }, aspect: 'date', ours: DAY, theirs: EARLIER },
        back: (accountingDate) => ({ accountingDate }),
      },
      {
        ...{ kind, change: { currency: 'EUR' }, aspect: 'currency', ours: /^USD$/, theirs: 'EUR' },
        back: (currency) => ({ currency }),
      },
      {
        ...{ kind, change: { newNumber: 'OTHER-ID' }, aspect: 'number', ours: /^WEB-/, theirs: 'OTHER-ID' },
        back: (newNumber) => ({ newNumber }),
      },
    ]),
  ];
  it('lists every document that somebody changed, with what was and what is, asks a person, and ends once it is put back', async () => {
    const world = await reconcileWorld({ orders: changes.length + 1 });
    await world.tell(world.ids);
    world.tenMinutesLater();
    // Each change on an order of its own; the last order is left in peace.
    const changed = changes.map((each, index) => {
      const orderId = FIRST + index;
      const number = each.kind === 'invoice' ? `WEB-${orderId}` : `WEB-${orderId}-P1`;
      return { ...each, orderId, number, change: named(each.change, orderId) };
    });
    for (const { number, change } of changed) await world.byHand.change(number, change);
    const run = await world.run({ oracle: 'live' });
    expect(run.result).toMatchObject({ drifted: changes.length, unknown: 0, missing: 2 });
    const { orders } = (await world.get('/reconcile/drift')).body;
    const was = new Map<string, string>();
    for (const { orderId, number, kind, change, aspect, ours, theirs } of changed) {
      const drift = orders.find((one: { orderId: number }) => one.orderId === orderId);
      const about = `${kind} ${JSON.stringify(change)}`;
      const found = drift?.findings.find(
        (one: { document: string; aspect: string }) => one.document === number && one.aspect === aspect,
      );
      expect(found, about).toMatchObject({
        kind,
        message: expect.stringContaining(number),
        theirs: named({ theirs }, orderId).theirs,
      });
      expect(found.ours, about).toMatch(ours);
      was.set(number, found.ours.replace(' USD', ''));
      expect(await world.state(orderId), about).toEqual({ state: 'attention', code: 'drift.changed_in_oracle' });
    }
    expect(orders).toHaveLength(changes.length);
    expect(await world.state(FIRST + changes.length)).toEqual({ state: 'posted', code: null });

    const gone = changed.filter(({ change }) => change.gone).map(({ orderId }) => orderId);
    for (const { number, change, back } of changed) {
      if (!back) continue;
      await world.byHand.change(String(change.newNumber ?? number), back(was.get(number) ?? ''));
    }
    expect((await world.run({ oracle: 'live' })).result).toMatchObject({ drifted: gone.length, unknown: 0 });
    await world.rest();
    const left = (await world.get('/reconcile/drift')).body.orders.map(({ orderId }: { orderId: number }) => orderId);
    expect(left.sort()).toEqual(gone);
    for (const { orderId, change } of changed) {
      if (!change.gone) expect(await world.state(orderId)).toEqual({ state: 'posted', code: null });
    }
  });
});

type Change = Record<string, string | boolean>;
interface Changed {
  kind: 'invoice' | 'receipt';
  change: Change;
  aspect: string;
  ours: RegExp;
  theirs: string;
  /** In: what it was. */
  back?: (was: string) => Change;
}
/** Two documents do not share a number. */
const named = (change: Change, orderId: number): Change =>
  JSON.parse(JSON.stringify(change).replace('OTHER-ID', `OTHER-${orderId}`));
const JSON_TYPE = { 'content-type': 'application/json' };
