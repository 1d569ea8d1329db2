import { describe, expect, it } from 'vitest';
import type { RuleTest } from '../../../sidecar/domain/rule-tests.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import type { Store } from '../../../sidecar/store/store.ts';
import { adminCall } from '../support/admin-call.ts';
import { folderWith, insideOf, type Kept } from '../support/kept-orders.ts';
import { listRow } from '../support/lists.ts';
import { facts, line, order, payment, RULES, rule, SETUP } from '../support/orders.ts';
import { paired, testSidecar } from '../support/sidecar.ts';

/** A paired sidecar with a set-up; `rules` are saved as version 1. */
async function sidecarWith(options: { rules?: Rule[]; kept?: Kept[]; also?: (store: Store) => void; setup?: boolean } = {}) {
  const folder = await folderWith(options.kept ?? [], (store) => {
    // Saved over the API it would have the kept orders looked at again.
    if (options.setup !== false) store.settings.save('setup', SETUP, 0, 'kim', 0);
    options.also?.(store);
  });
  const sidecar = await paired(await testSidecar({}, { folder }));
  const call = adminCall(sidecar);
  if (options.rules) expect((await call('PUT', '/rules', { baseVersion: 0, rules: options.rules })).status).toBe(200);
  return { sidecar, folder, call };
}

const NO_REVENUE = RULES.filter(({ kind }) => kind !== 'revenue');
const mugs = rule('mugs', 'revenue', { categoryId: 11 }, { segments: { account: '41100', costCenter: '110' } });
const mugTest: RuleTest = {
  id: 'test-mugs',
  name: 'A mug goes to 41100',
  kind: 'revenue',
  facts: { sku: 'MUG-1', categoryIds: [11] },
  expect: { segments: { account: '41100', costCenter: '110' } },
};
const moved = (account: string) =>
  RULES.map((each) => (each.id === 'mugs' ? { ...each, outcome: { segments: { ...each.outcome.segments, account } } } : each));

describe('saving rules', () => {
  it('keeps author, note and tests with the version, and runs the tests', async () => {
    const { call } = await sidecarWith();
    const body = { baseVersion: 0, rules: RULES, tests: [mugTest], note: 'as agreed with finance' };
    const saved = await call('PUT', '/rules', body, 'anna');
    expect(saved.body).toMatchObject({
      version: 1,
      author: 'anna',
      note: 'as agreed with finance',
      forced: null,
      tests: [mugTest],
      testResults: [{ testId: 'test-mugs', passed: true, ruleName: 'mugs', got: '01-110-41100-0000-000', message: '' }],
      released: 0,
    });
    const { released: _released, ...view } = saved.body;
    expect((await call('GET', '/rules')).body).toEqual(view);
  });

  it('refuses a set that fails a test, and names the test with what came out', async () => {
    const { call } = await sidecarWith({ rules: RULES });
    await call('PUT', '/rules', { baseVersion: 1, rules: RULES, tests: [mugTest] });
    const refused = await call('PUT', '/rules', { baseVersion: 2, rules: moved('41999') });
    expect([refused.status, refused.body.error.code]).toEqual([422, 'rules.tests_failed']);
    expect(refused.body.error.fields).toEqual({ 'A mug goes to 41100': 'Expected account 41100, got 41999.' });
    expect((await call('GET', '/rules')).body.version).toBe(2);
  });

  it('saves it all the same for a person who says why, and keeps who, why and which tests', async () => {
    const { call } = await sidecarWith({ rules: RULES });
    await call('PUT', '/rules', { baseVersion: 1, rules: RULES, tests: [mugTest] });
    const force = { reason: 'the new chart of accounts' };
    const body = { baseVersion: 2, rules: moved('41999'), force };
    expect((await call('PUT', '/rules', body, 'ben')).status).toBe(200);
    const forced = { by: 'ben', reason: 'the new chart of accounts', tests: ['A mug goes to 41100'] };
    expect((await call('GET', '/rules')).body).toMatchObject({ version: 3, forced, testResults: [{ passed: false }] });
    expect((await call('GET', '/rules/versions')).body.versions[0]).toMatchObject({ version: 3, author: 'ben', forced });
  });

  it('records no force where no test fails', async () => {
    const { call } = await sidecarWith({ rules: RULES });
    const saved = await call('PUT', '/rules', {
      baseVersion: 1,
      rules: RULES,
      tests: [mugTest],
      force: { reason: 'to be sure' },
    });
    expect(saved.body.forced).toBeNull();
  });

  it('refuses an edit of an older version, an id that is there twice, and an unknown condition', async () => {
    const { call } = await sidecarWith({ rules: RULES });
    const put = (body: object) => call('PUT', '/rules', { baseVersion: 1, ...body });
    expect((await call('PUT', '/rules', { baseVersion: 0, rules: RULES })).body.error.code).toBe('settings.changed_meanwhile');
    expect((await put({ rules: [mugs, mugs] })).body.error.code).toBe('rules.id_twice');
    expect((await put({ rules: RULES, tests: [mugTest, mugTest] })).body.error.code).toBe('rules.id_twice');
    const odd = await put({ rules: [{ ...mugs, when: { colour: 'blue' } }] });
    expect([odd.status, Object.keys(odd.body.error.fields)]).toEqual([400, ['rules.0.when']]);
  });

  it('takes thousands of rules, far beyond what other requests may carry', async () => {
    const { call } = await sidecarWith();
    const many = Array.from({ length: 5_000 }, (_, n) =>
      rule(
        `rule-${n}`,
        'revenue',
        { sku: `SKU-${n}`, country: 'DE' },
        { segments: { account: '41000', costCenter: '100' } },
        {
          name: `Rule ${n} ${'x'.repeat(100)}`,
        },
      ),
    );
    expect(JSON.stringify(many).length).toBeGreaterThan(1_100_000);
    const saved = await call('PUT', '/rules', { baseVersion: 0, rules: many });
    expect([saved.status, saved.body.rules?.length]).toEqual([200, 5_000]);
    expect((await call('POST', '/rules/check', { rules: [...many, mugs] })).status).toBe(400); // 5,001
    const tried = await call('POST', '/rules/try', { orderId: 1, rules: many }); // read whole: then the store is asked, and is away
    expect(tried.status).toBe(503);
  });
});

describe('rules that waiting orders wait for', () => {
  const cup = line(1, 1000, 0, { facts: facts({ sku: 'CUP', categories: [] }) });
  const kept: Kept[] = [
    { order: order({ id: 1 }), code: 'account.unmapped' },
    { order: order({ id: 2, lines: [cup] }), code: 'account.unmapped' },
    { order: order({ id: 3 }), code: 'account.unmapped' },
    { order: order({ id: 4 }), code: 'period.closed' },
  ];

  it('are counted with what they lack, and a saved rule releases exactly those it answers', async () => {
    const { sidecar, folder, call } = await sidecarWith({ rules: NO_REVENUE, kept });
    expect((await call('GET', '/rules/unmapped')).body).toMatchObject({
      waiting: 4,
      more: false,
      items: [
        { label: 'Kitchen › Mugs', orders: 3, rule: { kind: 'revenue', when: { categoryId: 11 } }, sample: [1, 3, 4] },
        { label: 'SKU MUG-BLUE', orders: 3 },
        { label: 'SKU CUP', orders: 1, rule: { when: { sku: 'CUP' } } },
      ],
    });
    const saved = await call('PUT', '/rules', { baseVersion: 1, rules: [...NO_REVENUE, mugs] });
    expect(saved.body.released).toBe(2);
    expect((await call('GET', '/rules/unmapped')).body.items.map(({ label }: { label: string }) => label)).toEqual(['SKU CUP']);
    await sidecar.close();
    await insideOf(folder, async (store) => {
      store.jobs.recover(); // the store of these orders is away: each one that was let go still wants its run
      const due = store.jobs.claim(Number.MAX_SAFE_INTEGER, 10).map(({ kind, objectId }) => `${kind} ${objectId}`);
      expect(due.sort()).toEqual(['order 1', 'order 3']);
    });
  });

  it('are left alone by a save that answers nothing more', async () => {
    const { call, sidecar } = await sidecarWith({ rules: NO_REVENUE, kept });
    const other = rule('other', 'revenue', { sku: 'SOMETHING-ELSE' }, { segments: { account: '41000' } });
    expect((await call('PUT', '/rules', { baseVersion: 1, rules: [...NO_REVENUE, other] })).body.released).toBe(0);
    expect(sidecar.state().queued).toBe(0);
  });

  it('cannot be told before there is a set-up', async () => {
    const { call } = await sidecarWith({ setup: false });
    const answer = await call('GET', '/rules/unmapped');
    expect([answer.status, answer.body.error.code]).toEqual([409, 'setup.missing']);
  });
});

describe('checking rules before they are saved', () => {
  const lists = (store: Store) => {
    const put = [listRow('Web Card Payments'), listRow('Old Method', { enabled: false })];
    store.references.write('receiptMethods', { put, remove: [], changes: [] }, 0);
    store.references.pulled('receiptMethods', put.length, 0);
  };

  it('tells what Oracle has disabled, which rule is never reached, and which test fails; nothing is saved', async () => {
    const { call } = await sidecarWith({ rules: RULES, also: lists });
    const rules = [
      ...moved('41999'),
      rule('again', 'revenue', { categoryId: 11 }, { segments: { account: '41200' } }, { name: 'Again' }),
      rule('old', 'receipt-method', { gateway: 'bacs' }, { receiptMethod: 'Old Method' }),
    ];
    const { problems, testResults } = (await call('POST', '/rules/check', { rules, tests: [mugTest] })).body;
    expect(problems).toMatchObject([
      { ruleId: 'again', severity: 'broken', by: 'rules', at: '', message: expect.stringContaining('Never reached') },
      { ruleId: 'old', severity: 'broken', by: 'oracle', at: 'outcome.receiptMethod' },
    ]);
    expect(testResults).toMatchObject([{ testId: 'test-mugs', passed: false }]);
    expect((await call('GET', '/rules')).body.version).toBe(1);
  });

  it('runs the saved tests where none are sent', async () => {
    const { call } = await sidecarWith();
    await call('PUT', '/rules', { baseVersion: 0, rules: RULES, tests: [mugTest] });
    const checked = await call('POST', '/rules/check', { rules: moved('41999') });
    expect(checked.body.testResults).toMatchObject([{ testId: 'test-mugs', passed: false }]);
  });
});

describe('versions of the rules', () => {
  it('are listed newest first with their size and what each one changed, in pages', async () => {
    const { call } = await sidecarWith({ rules: NO_REVENUE });
    await call('PUT', '/rules', { baseVersion: 1, rules: [...NO_REVENUE, mugs], note: 'mugs' }, 'anna');
    await call('PUT', '/rules', { baseVersion: 2, rules: [{ ...mugs, name: 'All mugs' }] }, 'ben');
    const first = (await call('GET', '/rules/versions?limit=2')).body;
    const short = first.versions.map(({ version, author, rules, added, removed, changed }: Record<string, unknown>) => [
      version,
      author,
      rules,
      added,
      removed,
      changed,
    ]);
    expect(short).toEqual([
      [3, 'ben', 1, 0, NO_REVENUE.length, 1],
      [2, 'anna', NO_REVENUE.length + 1, 1, 0, 0],
    ]);
    expect(first.nextBefore).toBe(2);
    const rest = (await call('GET', '/rules/versions?limit=2&before=2')).body;
    expect(rest).toMatchObject({ versions: [{ version: 1, author: 'kim', added: NO_REVENUE.length }], nextBefore: null });
  });

  it('can be read again as they were', async () => {
    const { call } = await sidecarWith({ rules: NO_REVENUE });
    await call('PUT', '/rules', { baseVersion: 1, rules: [mugs] });
    expect((await call('GET', '/rules/versions/1')).body.rules).toEqual(NO_REVENUE);
    const unknown = await call('GET', '/rules/versions/9');
    expect([unknown.status, unknown.body.error.code]).toEqual([404, 'rules.unknown_version']);
  });

  it('are compared rule by rule, with who touched each of them in between', async () => {
    const { call } = await sidecarWith({ rules: [mugs] });
    await call('PUT', '/rules', { baseVersion: 1, rules: [{ ...mugs, name: 'Cups' }] }, 'anna');
    await call('PUT', '/rules', { baseVersion: 2, rules: [{ ...mugs, name: 'All mugs' }, ...NO_REVENUE.slice(0, 1)] }, 'ben');
    const { changes } = (await call('GET', '/rules/changes?from=1&to=3')).body;
    expect(changes).toMatchObject([
      {
        ruleId: 'mugs',
        change: 'changed',
        fields: [{ path: 'name', before: 'mugs', after: 'All mugs' }],
        by: [
          { version: 2, author: 'anna' },
          { version: 3, author: 'ben' },
        ],
      },
      { ruleId: 'shipping', change: 'added', by: [{ version: 3, author: 'ben' }] },
    ]);
    expect((await call('GET', '/rules/changes?from=3&to=3')).body.error.code).toBe('rules.versions_backward');
    expect((await call('GET', '/rules/changes?from=0&to=1')).body.changes).toMatchObject([{ change: 'added', name: 'mugs' }]);
  });
});

describe('rules as files', () => {
  it('go out as CSV and JSON and come back the same', async () => {
    const { call } = await sidecarWith();
    await call('PUT', '/rules', { baseVersion: 0, rules: RULES, tests: [mugTest] });
    const csv = (await call('GET', '/rules/csv')).body as string;
    const fromCsv = (await call('POST', '/rules/import', { format: 'csv', text: csv })).body;
    expect(fromCsv).toMatchObject({ errors: [], tests: null });
    expect(byId(fromCsv.rules)).toEqual(byId(RULES));
    const json = (await call('GET', '/rules/json')).body;
    const fromJson = (await call('POST', '/rules/import', { format: 'json', text: JSON.stringify(json) })).body;
    expect(fromJson).toMatchObject({ errors: [], tests: [mugTest] });
    expect(byId(fromJson.rules)).toEqual(byId(RULES));
  });

  it('are read for a look only: errors by row and column, and nothing is saved', async () => {
    const { call } = await sidecarWith({ rules: RULES });
    const text = 'id,kind,name,when.country,segment.account\nr1,revenue,Fine,DE,41000\nr2,revenu,Bad,Germany,41000\n';
    const { rules, errors } = (await call('POST', '/rules/import', { format: 'csv', text })).body;
    expect(rules).toMatchObject([{ id: 'r1', when: { country: 'DE' } }]);
    expect(errors.map(({ row, column }: { row: number; column: string }) => [row, column])).toEqual([
      [3, 'kind'],
      [3, 'when.country'],
    ]);
    expect((await call('GET', '/rules')).body.rules).toEqual(RULES);
  });
});

const byId = (rules: Rule[]) => [...rules].sort((a, b) => a.id.localeCompare(b.id));

describe('what unsaved rules would change', () => {
  const today = new Date().toISOString();
  const kept = Array.from({ length: 3 }, (_, n): Kept => ({ order: order({ id: n + 1, createdAt: today }) }));

  async function ended(call: Awaited<ReturnType<typeof sidecarWith>>['call']) {
    for (;;) {
      const { job } = (await call('GET', '/rules/what-if')).body;
      if (job.state !== 'running') return job;
      await new Promise((later) => setTimeout(later, 5));
    }
  }

  it('is asked, polled and answered by account and by segment', async () => {
    const { call } = await sidecarWith({ rules: RULES, kept });
    expect((await call('GET', '/rules/what-if')).body).toEqual({ job: null });
    const started = await call('POST', '/rules/what-if', { rules: moved('41999') }, 'anna');
    expect(started.body.job).toMatchObject({ by: 'anna', total: 3 });
    const job = await ended(call);
    expect(job).toMatchObject({ id: started.body.job.id, state: 'done', done: 3, total: 3 });
    expect(job.result).toMatchObject({
      orders: 3,
      changed: 3,
      moves: [
        {
          kind: 'revenue',
          from: '01-110-41100-0000-000',
          to: '01-110-41999-0000-000',
          currency: 'USD',
          amount: '300.00',
          posted: '0.00',
          lines: 3,
          orders: 3,
          sample: [1, 2, 3],
        },
      ],
      segments: [{ segment: 'account', moves: [{ from: '41100', to: '41999', amount: '300.00' }] }],
      unmapped: { before: 0, after: 0, sample: [] },
    });
    const days = Date.parse(job.to) - Date.parse(job.from);
    expect(Math.round(days / 86_400_000)).toBe(90);
  });

  it('looks at the days that are asked for, in the time zone of the set-up', async () => {
    const { call } = await sidecarWith({ rules: RULES, kept: [{ order: order({ createdAt: '2026-06-02T03:00:00Z' }) }] });
    const ask = (from: string, to: string) => call('POST', '/rules/what-if', { from, to, rules: moved('41999') });
    await ask('2026-06-01', '2026-06-01'); // 23:00 in New York
    expect(await ended(call)).toMatchObject({ total: 1, from: '2026-06-01T04:00:00.000Z', to: '2026-06-02T04:00:00.000Z' });
    await ask('2026-06-02', '2026-06-02');
    expect(await ended(call)).toMatchObject({ total: 0 });
    expect((await ask('2026-06-02', '2026-06-01')).body.error.code).toBe('what_if.no_days');
  });

  it('can be cancelled', async () => {
    const many = Array.from(
      { length: 2_000 },
      (_, n): Kept => ({ order: order({ id: n + 1, createdAt: today, payments: [payment(1)] }) }),
    );
    const { call } = await sidecarWith({ rules: RULES, kept: many });
    await call('POST', '/rules/what-if', { rules: moved('41999') });
    const cancelled = (await call('POST', '/rules/what-if/cancel', {})).body.job;
    expect(cancelled).toMatchObject({ state: 'cancelled', result: null });
    expect(cancelled.done).toBeLessThan(2_000);
    expect((await call('GET', '/rules/what-if')).body.job).toMatchObject({ id: cancelled.id, state: 'cancelled' });
  });

  it('needs a set-up', async () => {
    const { call } = await sidecarWith({ setup: false });
    expect((await call('POST', '/rules/what-if', { rules: RULES })).body.error.code).toBe('setup.missing');
  });
});
