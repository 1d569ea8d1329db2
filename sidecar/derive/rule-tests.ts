import type { RuleTest, RuleTestResult } from '../domain/rule-tests.ts';
import type { RuleFacts, RuleOutcome } from '../domain/rules.ts';
import { type Setup, setupOf } from '../domain/setup.ts';
import { accountFor } from './account.ts';
import type { RuleBook } from './rules.ts';

export interface RuleTestWorld {
  book: RuleBook;
  setup: Setup;
  /** For tests that name no day. */
  today: string;
  /** A category and those above it, nearest first. */
  categoryPath: (id: number) => RuleFacts['categories'][number];
}

/** Asks the rules what each test asks. Source: issue "rule tests that run at each save" */
export const runRuleTests = (tests: readonly RuleTest[], world: RuleTestWorld): RuleTestResult[] =>
  tests.map((test) => runOne(test, world));

function runOne(test: RuleTest, { book, setup, today, categoryPath }: RuleTestWorld): RuleTestResult {
  const facts = factsOf(test, setup, categoryPath);
  const day = test.day ?? today;
  const choice = book.choose(test.kind, facts, day);
  const ruleName = choice.rule?.name ?? null;
  const answer = (passed: boolean, got: string, message = ''): RuleTestResult => ({
    testId: test.id,
    passed,
    ruleName,
    got,
    message,
  });
  if (test.expect === null) {
    return choice.rule
      ? answer(false, wordsOf(choice.outcome ?? {}), `No rule was expected, "${choice.rule.name}" matched.`)
      : answer(true, 'no rule');
  }
  const unit = setupOf(setup, book.choose('business-unit', facts, day).outcome?.businessUnit ?? setup.businessUnit);
  const got: RuleOutcome = { ...choice.outcome };
  let account = '';
  if (test.expect.segments) {
    const found = accountFor(test.kind, facts, day, book, unit, `"${test.name}"`);
    if (!found.ok) return answer(false, 'no account', found.failure.message);
    got.segments = found.value.segments;
    account = found.value.combination;
  }
  const wrong = differences(test.expect, got);
  const words = account || wordsOf(got) || 'no rule';
  return wrong.length === 0 ? answer(true, words) : answer(false, words, wrong.join(' '));
}

const factsOf = ({ facts }: RuleTest, setup: Setup, categoryPath: RuleTestWorld['categoryPath']): RuleFacts => ({
  sku: facts.sku ?? null,
  categories: (facts.categoryIds ?? []).map(categoryPath),
  productType: facts.productType ?? null,
  taxClass: facts.taxClass ?? '',
  shippingMethod: facts.shippingMethod ?? null,
  feeName: facts.feeName ?? null,
  country: facts.country ?? '',
  currency: facts.currency ?? setup.ledgerCurrency,
  gateway: facts.gateway ?? '',
  customerId: facts.customerId ?? 0,
  role: facts.role ?? null,
  taxRateId: facts.taxRateId ?? null,
});

/** Only what is expected is compared. */
function differences(expected: RuleOutcome, got: RuleOutcome): string[] {
  const [wanted, found] = [flat(expected), flat(got)];
  return [...wanted]
    .filter(([name, value]) => found.get(name) !== value)
    .map(([name, value]) => `Expected ${name} ${value}, got ${found.get(name) ?? 'none'}.`);
}

const wordsOf = (outcome: RuleOutcome): string => [...flat(outcome)].map(([name, value]) => `${name} ${value}`).join(', ');

function flat(outcome: RuleOutcome): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(outcome)) {
    if (typeof value === 'object') for (const [inner, each] of Object.entries(value)) values.set(inner, each);
    else if (value !== undefined) values.set(name, String(value));
  }
  return values;
}
