import { describe, expect, it } from 'vitest';
import type { ReferenceRow } from '../../../sidecar/apply/ports.ts';
import { ALL_LISTS, type ListName } from '../../../sidecar/apply/reference-pull.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import type { ListChange } from '../../../sidecar/store/references.ts';
import type { Store } from '../../../sidecar/store/store.ts';
import { adminCall } from '../support/admin-call.ts';
import { folderWith, type Kept } from '../support/kept-orders.ts';
import { listRow as row } from '../support/lists.ts';
import { order, payment, RULES, SETUP } from '../support/orders.ts';
import { paired, testSidecar } from '../support/sidecar.ts';

const pulled = (store: Store, list: ListName, put: ReferenceRow[], atMs: number, changes: ListChange[] = []) => {
  store.references.write(list, { put, remove: [], changes }, atMs);
  store.references.pulled(list, put.length, atMs);
};

/** A paired sidecar whose database holds what earlier pulls brought. */
async function sidecarWith(also: (store: Store) => void, kept: Kept[] = []) {
  const sidecar = await paired(await testSidecar({}, { folder: await folderWith(kept, also) }));
  return adminCall(sidecar);
}

const HOUR_MS = 3_600_000;
const closed: ListChange = { key: 'Card', label: 'Card', change: 'closed', detail: '' };
const appeared: ListChange = { key: 'Bank', label: 'Bank', change: 'appeared', detail: '' };

describe('lists of values', () => {
  it('are told with rows, age, changes and the last failure, each of them', async () => {
    const nowMs = Date.now();
    const call = await sidecarWith((store) => {
      pulled(store, 'receiptMethods', [row('Card'), row('Bank')], nowMs - 2 * HOUR_MS, [closed, appeared]);
      pulled(store, 'memoLines', [row('Mug')], nowMs - 25 * HOUR_MS);
      store.references.notPulled('memoLines', 'Oracle did not answer.', nowMs - HOUR_MS);
    });
    const { settings, lists } = (await call('GET', '/references')).body;
    expect(settings).toEqual({ everyHours: 6, maxAgeHours: 24 });
    expect(lists.map(({ list }: { list: string }) => list)).toEqual(ALL_LISTS);
    const of = (name: string) => lists.find(({ list }: { list: string }) => list === name);
    expect(of('receiptMethods')).toEqual({
      list: 'receiptMethods',
      rows: 2,
      pulledAt: new Date(nowMs - 2 * HOUR_MS).toISOString(),
      failure: '',
      stale: false,
      changes: 2,
    });
    expect(of('memoLines')).toMatchObject({ rows: 1, failure: 'Oracle did not answer.', changes: 0 });
    expect(of('periods')).toMatchObject({ rows: 0, pulledAt: null, stale: true });
  });

  it('grow stale by the age that is set, and a wrong age is refused by name', async () => {
    const call = await sidecarWith((store) => pulled(store, 'receiptMethods', [row('Card')], Date.now() - 2 * HOUR_MS));
    const staleOf = async () =>
      (await call('GET', '/references')).body.lists.find(({ list }: { list: string }) => list === 'receiptMethods').stale;
    expect(await staleOf()).toBe(false);
    const saved = await call('PUT', '/references/settings', { everyHours: 1, maxAgeHours: 1 });
    expect(saved.body.settings).toEqual({ everyHours: 1, maxAgeHours: 1 });
    expect(await staleOf()).toBe(true);
    const wrong = await call('PUT', '/references/settings', { everyHours: 0, maxAgeHours: 1 });
    expect([wrong.status, Object.keys(wrong.body.error.fields)]).toEqual([400, ['everyHours']]);
  });

  it('are searched by key and by label', async () => {
    const call = await sidecarWith((store) =>
      pulled(store, 'segmentValues', [row('Account/41000', { label: 'Sales' }), row('Account/42000', { label: 'Freight' })], 0),
    );
    const keys = async (search: string) =>
      (await call('GET', `/reference/segmentValues?search=${search}`)).body.rows.map(({ key }: { key: string }) => key);
    expect(await keys('410')).toEqual(['Account/41000']);
    expect(await keys('freight')).toEqual(['Account/42000']);
    expect((await call('GET', '/reference/nothing')).body.error.code).toBe('reference.unknown_list');
  });

  it('say what pulls changed, newest first, by list and in pages', async () => {
    const call = await sidecarWith((store) => {
      pulled(store, 'receiptMethods', [row('Card')], 1_000, [closed, appeared]);
      pulled(store, 'memoLines', [row('Mug')], 2_000, [{ ...appeared, key: 'Mug', label: 'Mug' }]);
    });
    const first = (await call('GET', '/references/changes?limit=2')).body;
    expect(first.changes).toMatchObject([
      { list: 'memoLines', key: 'Mug', change: 'appeared', at: '1970-01-01T00:00:02.000Z' },
      { list: 'receiptMethods', key: 'Bank', change: 'appeared' },
    ]);
    const rest = (await call('GET', `/references/changes?limit=2&before=${first.nextBefore}`)).body;
    expect(rest).toMatchObject({ changes: [{ key: 'Card', change: 'closed' }], nextBefore: null });
    expect((await call('GET', '/references/changes?list=memoLines')).body.changes).toHaveLength(1);
  });

  it('cannot be pulled from a store that is away, and say so', async () => {
    const call = await sidecarWith(() => undefined);
    const answer = await call('POST', '/reference/pull', {});
    expect(answer.status).toBe(503);
    expect(
      (await call('GET', '/references')).body.lists.find(({ list }: { list: string }) => list === 'storeGateways'),
    ).toMatchObject({
      pulledAt: null,
      failure: expect.stringMatching(/./),
    });
  });
});

describe('what Oracle has broken', () => {
  const kept: Kept[] = [
    { order: order({ id: 7, payments: [payment(10_000)] }), code: 'account.unmapped' },
    { order: order({ id: 8 }), code: 'account.unmapped' }, // not paid: no receipt, so not at risk
  ];

  async function broken() {
    const call = await sidecarWith(
      (store) => pulled(store, 'receiptMethods', [row('Web Card Payments', { enabled: false }), row('Web Stripe')], Date.now()),
      kept,
    );
    await call('PUT', '/connections/setup', { baseVersion: 0, setup: SETUP });
    const save = async (rules: Rule[], baseVersion: number) =>
      expect((await call('PUT', '/rules', { baseVersion, rules })).status).toBe(200);
    const notices = async (wanted: number) => {
      for (let tries = 0; ; tries += 1) {
        const { notices } = (await call('GET', '/references/notices')).body;
        if (notices.length === wanted || tries === 200) return notices;
        await new Promise((later) => setTimeout(later, 5));
      }
    };
    await save(RULES, 0);
    return { call, save, notices };
  }

  it('is told by rule, with the orders that would meet it, until the rule is mended', async () => {
    const { save, notices } = await broken();
    expect(await notices(1)).toMatchObject([
      {
        what: 'rule',
        subjectId: 'card',
        name: 'card',
        message: expect.stringContaining('The receipt method Web Card Payments is disabled in Oracle.'),
        orders: 1,
        sampleOrderIds: [7],
        dismissedBy: null,
      },
    ]);
    await save(
      RULES.map((each) => (each.id === 'card' ? { ...each, outcome: { receiptMethod: 'Web Stripe' } } : each)),
      1,
    );
    expect(await notices(0)).toEqual([]);
  });

  it('is marked as seen by a person, and stays for as long as it is broken', async () => {
    const { call, notices } = await broken();
    const [{ id }] = await notices(1);
    expect((await call('POST', `/references/notices/${id}/dismiss`, {}, 'ben')).body.notices).toMatchObject([
      { dismissedBy: 'ben' },
    ]);
    const unknown = await call('POST', '/references/notices/999/dismiss', {});
    expect([unknown.status, unknown.body.error.code]).toEqual([404, 'reference.unknown_notice']);
  });
});
