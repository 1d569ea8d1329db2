import { ruleProblems } from '../../../sidecar/derive/rule-problems.ts';
import { runRuleTests } from '../../../sidecar/derive/rule-tests.ts';
import { RuleBook } from '../../../sidecar/derive/rules.ts';
import { diffRules } from '../../../sidecar/domain/rule-diff.ts';
import type { RuleTest } from '../../../sidecar/domain/rule-tests.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import { SetupSchema } from '../../../sidecar/domain/setup.ts';
import type * as api from '../../../sidecar/http/admin-contract.ts';
import { rulesFromCsv, rulesFromJson, rulesToCsv, rulesToJson } from '../../../sidecar/http/rules-file.ts';
import type { Model } from './fixtures.ts';
import { fault, type Handlers } from './mock-api.ts';

/** The rules' part of the mock: what can be computed is computed by the sidecar's own functions. */
export function rulesHandlers(now: Model): Handlers {
  return {
    'GET /rules': () => now.rules,
    'PUT /rules': ({ body }) => {
      const { baseVersion, rules, tests = now.rules.tests, note, force } = body as SaveRules;
      if (baseVersion !== now.rules.version) {
        return fault(409, 'rules.version', `Version ${now.rules.version} was saved in between`, 'Load it and edit again.');
      }
      const { problems, testResults } = check(now, rules, tests);
      const failed = testResults.filter(({ passed }) => !passed);
      if (failed.length > 0 && !force) {
        const fields = Object.fromEntries(failed.map((each) => [nameOf(each.testId, tests), each.message]));
        const message = `A rule test fails: ${Object.keys(fields).join(', ')}.`;
        return fault(422, 'rules.tests_failed', message, 'Correct the rules or the tests, or save anyway with a reason.', fields);
      }
      const head = {
        version: baseVersion + 1,
        author: 'admin',
        savedAt: new Date().toISOString(),
        note: note ?? '',
        forced: force ? { by: 'admin', reason: force.reason, tests: failed.map(({ testId }) => nameOf(testId, tests)) } : null,
      };
      now.versions.unshift({ ...head, rules, tests });
      now.rules = { ...head, rules, tests, problems, testResults };
      const { rule } = now.unmapped.items[0] ?? {};
      const answered = rules.find(({ kind, when }) => kind === rule?.kind && JSON.stringify(when) === JSON.stringify(rule.when));
      const released = answered ? (now.unmapped.items.shift()?.orders ?? 0) : 0;
      return { ...now.rules, released };
    },
    'POST /rules/check': ({ body }) => {
      const { rules, tests = now.rules.tests } = body as { rules: Rule[]; tests?: RuleTest[] };
      return check(now, rules, tests);
    },
    'GET /rules/versions': ({ query }) => {
      const limit = Number(query.limit ?? 20);
      const older = now.versions.filter(({ version }) => version < Number(query.before ?? Number.MAX_SAFE_INTEGER));
      const versions = older.slice(0, limit).map(({ rules, tests, ...head }, at) => {
        const changes = diffRules(older[at + 1]?.rules ?? [], rules);
        const of = (change: string) => changes.filter((each) => each.change === change).length;
        return {
          ...head,
          rules: rules.length,
          tests: tests.length,
          added: of('added'),
          removed: of('removed'),
          changed: of('changed'),
        };
      });
      return { versions, nextBefore: older.length > limit ? (versions.at(-1)?.version ?? null) : null };
    },
    'GET /rules/versions/:version': (_, part) =>
      now.versions.find(({ version }) => version === Number(part)) ??
      fault(404, 'rules.unknown_version', `There is no version ${part} of the rules.`),
    'GET /rules/changes': ({ query }) => {
      const rulesOf = (version: number) => now.versions.find((each) => each.version === version)?.rules ?? [];
      const [from, to] = [Number(query.from), Number(query.to)];
      const { author, savedAt } = now.versions.find(({ version }) => version === to) ?? { author: '', savedAt: '' };
      const by = [{ version: to, author, at: savedAt ?? '' }];
      return { from, to, changes: diffRules(rulesOf(from), rulesOf(to)).map((change) => ({ ...change, by })) };
    },
    'GET /rules/csv': () => rulesToCsv(now.rules.rules),
    'GET /rules/json': () => rulesToJson(now.rules.rules, now.rules.tests),
    'POST /rules/import': ({ body }) => {
      const { format, text } = body as { format: 'csv' | 'json'; text: string };
      return format === 'csv' ? rulesFromCsv(text) : rulesFromJson(text);
    },
    'GET /rules/what-if': () => {
      const { job } = now.whatIf;
      if (job?.state === 'running') {
        job.done = Math.min(job.total, job.done + Math.ceil(job.total / 3));
        if (job.done === job.total) Object.assign(job, { state: 'done', result: now.whatIfResult, elapsedMs: 2_300 });
      }
      return now.whatIf;
    },
    'POST /rules/what-if': ({ body }) => {
      const { from = '2026-08-26', to = '2026-11-23' } = body as { from?: string; to?: string };
      now.whatIf = {
        job: {
          id: 'run-1',
          by: 'admin',
          from: `${from}T05:00:00.000Z`,
          to: `${to}T05:00:00.000Z`,
          state: 'running',
          done: 0,
          total: 9_300,
          elapsedMs: 0,
          result: null,
          failure: null,
        },
      };
      return now.whatIf;
    },
    'POST /rules/what-if/cancel': () => {
      if (now.whatIf.job?.state === 'running') now.whatIf.job.state = 'cancelled';
      return now.whatIf;
    },
    'GET /rules/unmapped': () => now.unmapped,
  };
}

interface SaveRules {
  baseVersion: number;
  rules: Rule[];
  tests?: RuleTest[];
  note?: string;
  force?: { reason: string };
}

const nameOf = (testId: string, tests: readonly RuleTest[]): string => tests.find(({ id }) => id === testId)?.name ?? testId;

function check(now: Model, rules: Rule[], tests: RuleTest[]): api.CheckedRules {
  const setup = SetupSchema.parse(now.connections.setup);
  const known = {
    setup,
    today: '2026-11-23',
    find: (list: string, key: string) => now.reference[list]?.find((row) => row.key === key) ?? null,
    pulled: () => false,
    store: { categoryId: null, taxRateId: null, gateway: null, shippingMethod: null, taxClass: null },
  };
  const categoryPath = (id: number) =>
    now.catalogue.categories.filter((category) => category.id === id).map(({ slug, name }) => ({ id, slug, name }));
  return {
    problems: ruleProblems(rules, known),
    testResults: runRuleTests(tests, { book: new RuleBook({ version: 0, rules }), setup, today: '2026-11-23', categoryPath }),
  };
}
