import type { z } from 'zod';
import { categoryPaths, knownOf } from '../apply/known-lists.ts';
import type { ReferenceChecks } from '../apply/reference-checks.ts';
import type { UnmappedWork } from '../apply/unmapped.ts';
import type { WhatIf } from '../apply/what-if.ts';
import type { SettingsService } from '../connections/settings.ts';
import { ruleProblems } from '../derive/rule-problems.ts';
import { runRuleTests } from '../derive/rule-tests.ts';
import { RuleBook } from '../derive/rules.ts';
import { dayIn } from '../domain/dates.ts';
import { nextDay, startOfDayMs } from '../domain/days.ts';
import { diffRules } from '../domain/rule-diff.ts';
import type { RuleTest, RuleTestResult } from '../domain/rule-tests.ts';
import type { Rule, RuleSet } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import type { RuleSetVersion } from '../store/rules.ts';
import type { Store } from '../store/store.ts';
import type { AdminRequest } from './admin-request.ts';
import { changedMeanwhile, HttpProblem } from './api-error.ts';
import type {
  CheckedRules,
  CheckRulesSchema,
  ImportedRules,
  ImportRulesSchema,
  RuleChanges,
  RuleChangesQuerySchema,
  RuleSetView,
  RuleVersion,
  RuleVersions,
  RuleVersionsQuerySchema,
  SaveRulesSchema,
  StartWhatIfSchema,
  UnmappedView,
  WhatIfView,
} from './rules-contract.ts';
import { rulesFromCsv, rulesFromJson, rulesToCsv, rulesToJson } from './rules-file.ts';
import { iso } from './views.ts';

export interface RulesServices {
  store: Store;
  settings: SettingsService;
  whatIf: WhatIf;
  unmapped: UnmappedWork;
  checks: ReferenceChecks;
  nowMs: () => number;
  /** A fault in work that goes on after the answer. */
  onError: (error: unknown) => void;
}

/** Days that what-if looks at where nobody says which. */
const WHAT_IF_DAYS = 90;
const DAY_MS = 86_400_000;
/** A save answers after this long at the latest; orders that wait for it are released in any case. */
const RELEASE_WAIT_MS = 5_000;

/** Handlers of RULES_ROUTES. */
export function rulesHandlers(services: RulesServices) {
  const { store, settings, whatIf, nowMs } = services;
  return {
    'GET /rules': (): RuleSetView => viewOf(services),
    'PUT /rules': async ({ body, actor }: AdminRequest): Promise<RuleSetView> => {
      const { baseVersion, rules, note, force, ...given } = body as z.infer<typeof SaveRulesSchema>;
      const tests = given.tests ?? store.ruleSets.detail(baseVersion).tests;
      refuseTwice(rules, 'rule');
      refuseTwice(tests, 'test');
      const failed = settings.setup() ? resultsOf(services, rules, tests).filter(({ passed }) => !passed) : [];
      if (failed.length > 0 && !force) throw testsFail(failed, tests);
      const forced =
        force && failed.length > 0 ? { by: actor, reason: force.reason, tests: failed.map((each) => nameOf(each, tests)) } : null;
      const before: RuleSet = settings.rules();
      const saved = await settings.saveRules(rules, baseVersion, actor, (version) =>
        store.ruleSets.keep(version, { tests, note, forced }),
      );
      if (!saved) throw changedMeanwhile('rules');
      const release = releaseWaiting(services, before, settings.rules());
      release.catch(services.onError);
      const released = await Promise.race([release, new Promise<null>((resolve) => setTimeout(resolve, RELEASE_WAIT_MS, null))]);
      return { ...viewOf(services), released };
    },
    'POST /rules/check': ({ body }: AdminRequest): CheckedRules => {
      const { rules, tests } = body as z.infer<typeof CheckRulesSchema>;
      const kept = tests ?? store.ruleSets.detail(settings.rules().version).tests;
      return { problems: problemsOf(services, rules), testResults: resultsOf(services, rules, kept) };
    },
    'GET /rules/versions': ({ query }: AdminRequest): RuleVersions => {
      const { before, limit } = query as z.infer<typeof RuleVersionsQuerySchema>;
      const rows = store.ruleSets.list(limit + 1, before);
      const versions = rows.slice(0, limit).map((row, at) => {
        const changes = diffRules(rows[at + 1]?.rules ?? [], row.rules);
        const of = (change: string) => changes.filter((each) => each.change === change).length;
        const counts = { added: of('added'), removed: of('removed'), changed: of('changed') };
        return { ...headOf(row), rules: row.rules.length, tests: row.tests.length, ...counts };
      });
      return { versions, nextBefore: rows.length > limit ? (versions.at(-1)?.version ?? null) : null };
    },
    'GET /rules/versions/:version': ({ params }: AdminRequest): RuleVersion => {
      const row = versionOf(store, Number(params.version));
      return { ...headOf(row), rules: row.rules, tests: row.tests };
    },
    'GET /rules/changes': ({ query }: AdminRequest): RuleChanges =>
      changesBetween(store, query as z.infer<typeof RuleChangesQuerySchema>),
    'GET /rules/csv': (): string => rulesToCsv(settings.rules().rules),
    'GET /rules/json': () => {
      const { rules, version } = settings.rules();
      return rulesToJson(rules, store.ruleSets.detail(version).tests);
    },
    'POST /rules/import': ({ body }: AdminRequest): ImportedRules => {
      const { format, text } = body as z.infer<typeof ImportRulesSchema>;
      return format === 'csv' ? rulesFromCsv(text) : rulesFromJson(text);
    },
    'GET /rules/what-if': (): WhatIfView => ({ job: whatIf.job() }),
    'POST /rules/what-if': ({ body, actor }: AdminRequest): WhatIfView => {
      const { rules, from, to } = body as z.infer<typeof StartWhatIfSchema>;
      const setup = setupOrRefuse(services);
      const today = dayIn(setup.timeZone, iso(nowMs()));
      const lastDay = to ?? today;
      const firstDay = from ?? iso(Date.parse(lastDay) - (WHAT_IF_DAYS - 1) * DAY_MS).slice(0, 10);
      if (firstDay > lastDay) throw new HttpProblem(400, 'what_if.no_days', `${firstDay} is after ${lastDay}.`);
      const dayStarts = (day: string) => iso(startOfDayMs(setup.timeZone, day));
      const days = { from: dayStarts(firstDay), to: dayStarts(nextDay(lastDay)) };
      return { job: whatIf.start({ ...days, by: actor, saved: settings.rules(), unsaved: { version: 0, rules }, setup }) };
    },
    'POST /rules/what-if/cancel': (): WhatIfView => {
      whatIf.cancel();
      return { job: whatIf.job() };
    },
    'GET /rules/unmapped': (): Promise<UnmappedView> => services.unmapped.list(settings.rules(), setupOrRefuse(services)),
  };
}

function viewOf(services: RulesServices): RuleSetView {
  const { version, rules, author, savedAtMs } = services.settings.rules();
  const { tests, note, forced } = services.store.ruleSets.detail(version);
  return {
    version,
    author,
    savedAt: savedAtMs === null ? null : iso(savedAtMs),
    note,
    forced,
    rules,
    tests,
    problems: problemsOf(services, rules),
    testResults: resultsOf(services, rules, tests),
  };
}

const problemsOf = ({ store, settings, nowMs }: RulesServices, rules: readonly Rule[]) =>
  ruleProblems(rules, knownOf(store.references, settings.setup(), nowMs()));

function resultsOf({ store, settings, nowMs }: RulesServices, rules: Rule[], tests: readonly RuleTest[]): RuleTestResult[] {
  const setup = settings.setup();
  if (!setup) {
    const message = 'The business set-up is not saved yet: there is no account template.';
    return tests.map(({ id }) => ({ testId: id, passed: false, ruleName: null, got: '', message }));
  }
  return runRuleTests(tests, {
    book: new RuleBook({ version: 0, rules }),
    setup,
    today: dayIn(setup.timeZone, iso(nowMs())),
    categoryPath: categoryPaths(store.references),
  });
}

/** Orders that waited for what the new set maps, or whose account was closed, go on. */
async function releaseWaiting(
  { store, settings, unmapped, nowMs }: RulesServices,
  before: RuleSet,
  after: RuleSet,
): Promise<number> {
  const setup = settings.setup();
  if (!setup) return 0;
  const released = await unmapped.releasedBy(before, after, setup);
  await store.write(() => {
    for (const id of released) store.jobs.mark('order', id, nowMs());
  });
  return released.length;
}

function refuseTwice(rows: readonly { id: string }[], what: string): void {
  const seen = new Set<string>();
  for (const { id } of rows) {
    if (seen.has(id)) throw new HttpProblem(400, 'rules.id_twice', `The ${what} id "${id}" is there twice.`);
    seen.add(id);
  }
}

const nameOf = ({ testId }: RuleTestResult, tests: readonly RuleTest[]): string =>
  tests.find(({ id }) => id === testId)?.name ?? testId;

function testsFail(failed: readonly RuleTestResult[], tests: readonly RuleTest[]): HttpProblem {
  const fields = Object.fromEntries(failed.map((each) => [nameOf(each, tests), each.message]));
  const many = failed.length === 1 ? 'A rule test fails' : `${failed.length} rule tests fail`;
  return new HttpProblem(422, 'rules.tests_failed', `${many}: ${Object.keys(fields).join(', ')}.`, {
    action: 'Correct the rules or the tests, or save anyway with a reason.',
    fields,
  });
}

function setupOrRefuse({ settings }: RulesServices): Setup {
  const setup = settings.setup();
  if (setup) return setup;
  throw new HttpProblem(409, 'setup.missing', 'The business set-up is not saved yet.', {
    action: 'Fill in WooCommerce > AR Bridge > Connections > Business set-up.',
  });
}

function versionOf(store: Store, version: number): RuleSetVersion {
  const row = store.ruleSets.get(version);
  if (!row) throw new HttpProblem(404, 'rules.unknown_version', `There is no version ${version} of the rules.`);
  return row;
}

const headOf = ({ version, author, savedAtMs, note, forced }: RuleSetVersion) => ({
  version,
  author,
  savedAt: iso(savedAtMs),
  note,
  forced,
});

/** Far more versions than anyone compares over. */
const MOST_VERSIONS = 500;

/** What differs between two versions, and who touched each of those rules in between. Version 0 is the empty set. */
function changesBetween(store: Store, { from, to }: z.infer<typeof RuleChangesQuerySchema>): RuleChanges {
  if (from >= to) throw new HttpProblem(400, 'rules.versions_backward', `Version ${from} is not older than version ${to}.`);
  const last = versionOf(store, to);
  const rows = [...store.ruleSets.list(MOST_VERSIONS, to).filter(({ version }) => version >= from)].reverse();
  if (from > 0 && rows[0]?.version !== from) versionOf(store, from);
  const steps = [...rows, last];
  const touched = new Map<string, RuleChanges['changes'][number]['by']>();
  for (const [at, row] of steps.entries()) {
    if (row.version <= from) continue;
    for (const { ruleId } of diffRules(steps[at - 1]?.rules ?? [], row.rules)) {
      const by = touched.get(ruleId) ?? [];
      touched.set(ruleId, [...by, { version: row.version, author: row.author, at: iso(row.savedAtMs) }]);
    }
  }
  const first = from === 0 ? [] : (rows[0]?.rules ?? []);
  const changes = diffRules(first, last.rules).map((change) => ({ ...change, by: touched.get(change.ruleId) ?? [] }));
  return { from, to, changes };
}
