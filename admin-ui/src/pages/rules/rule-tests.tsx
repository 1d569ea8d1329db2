import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { Badge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/section.tsx';
import { Empty } from '../../components/views.tsx';
import type { RuleTest, RuleTestResult } from '../../data/contract.ts';
import { count, day } from '../../format.ts';
import { ruleKindLabel } from '../../labels.ts';
import { newId } from './new-rule.ts';
import type { RulesPartProps } from './part.ts';
import { factsOf } from './rule-test-facts.ts';
import { RuleTestModal } from './rule-test-modal.tsx';
import { accountWords, conditionWords, outcomeWords } from './rule-words.ts';
import { useNames } from './use-names.ts';
import { Words } from './words.tsx';

/** What the rules have to answer, run on the rules as they are edited and again at each save. */
export function RuleTests({ draft, checked, onChange }: RulesPartProps) {
  const { tests } = draft;
  const { catalogue, setup } = useNames();
  const [editing, setEditing] = useState<RuleTest | null>(null);
  const results = new Map(checked.testResults.map((result) => [result.testId, result]));
  const failing = tests.filter(({ id }) => results.get(id)?.passed === false).length;
  const keep = (test: RuleTest) => {
    onChange({
      tests: tests.some(({ id }) => id === test.id) ? tests.map((old) => (old.id === test.id ? test : old)) : [...tests, test],
    });
    setEditing(null);
  };
  const columns: Column<RuleTest>[] = [
    {
      id: 'name',
      header: __('Test', 'ar-bridge'),
      heads: true,
      cell: (test) => (
        <>
          <Button variant="link" className="arb-strong" onClick={() => setEditing(test)}>
            {test.name}
          </Button>
          <span className="arb-sub">{ruleKindLabel(test.kind)}</span>
        </>
      ),
    },
    {
      id: 'facts',
      header: __('Asked about', 'ar-bridge'),
      cell: ({ facts, day: on }) => (
        <Words
          words={[
            ...factsOf(facts).flatMap((when) => conditionWords(when, catalogue)),
            /* translators: %s: a day */
            ...(on ? [sprintf(__('on %s', 'ar-bridge'), day(on))] : []),
          ]}
          none={__('nothing known', 'ar-bridge')}
        />
      ),
    },
    {
      id: 'expected',
      header: __('Expected', 'ar-bridge'),
      cell: ({ expect }) =>
        expect === null ? (
          <span>{__('no rule', 'ar-bridge')}</span>
        ) : (
          <Words
            words={[accountWords(expect, setup), ...outcomeWords(expect)].filter((word) => word !== null)}
            none={__('nothing', 'ar-bridge')}
          />
        ),
    },
    {
      id: 'result',
      header: __('Result', 'ar-bridge'),
      cell: ({ id }) => <Result result={results.get(id)} />,
    },
    {
      id: 'acts',
      header: __('Actions', 'ar-bridge'),
      quietHeader: true,
      align: 'end',
      cell: (test) => (
        <Button
          variant="tertiary"
          size="compact"
          /* translators: %s: name of a test */
          aria-label={sprintf(__('Remove test %s', 'ar-bridge'), test.name)}
          onClick={() => onChange({ tests: tests.filter(({ id }) => id !== test.id) })}
        >
          {__('Remove', 'ar-bridge')}
        </Button>
      ),
    },
  ];
  return (
    <Section
      title={__('Rule tests', 'ar-bridge')}
      about={__('They run while you edit and at each save. Rules that fail one are saved only for a reason.', 'ar-bridge')}
      actions={
        <>
          {failing > 0 && (
            <Badge tone="bad">
              {/* translators: %s: number of tests */}
              {sprintf(_n('%s fails', '%s fail', failing, 'ar-bridge'), count(failing))}
            </Badge>
          )}
          <Button variant="primary" size="compact" onClick={() => setEditing(newTest())}>
            {__('Add a test', 'ar-bridge')}
          </Button>
        </>
      }
      flush
    >
      {tests.length === 0 ? (
        <Empty title={__('No test yet.', 'ar-bridge')}>
          {__(
            'A test says, for example: SKU MUG-1 in Germany goes to account 41000. It guards what finance agreed on.',
            'ar-bridge',
          )}
        </Empty>
      ) : (
        <DataTable caption={__('Rule tests', 'ar-bridge')} columns={columns} rows={tests} keyOf={({ id }) => id} />
      )}
      {editing && (
        <RuleTestModal
          test={editing}
          rules={draft.rules}
          isNew={!tests.some(({ id }) => id === editing.id)}
          catalogue={catalogue}
          setup={setup}
          onKeep={keep}
          onClose={() => setEditing(null)}
        />
      )}
    </Section>
  );
}

const newTest = (): RuleTest => ({ id: newId('test'), name: '', kind: 'revenue', facts: {}, expect: {} });

/** How a test came out; nothing is said of one that has not run yet. */
export function Result({ result }: { result: RuleTestResult | undefined }) {
  if (!result) return <span className="arb-quiet">{__('not run yet', 'ar-bridge')}</span>;
  return (
    <>
      <Badge tone={result.passed ? 'good' : 'bad'}>{result.passed ? __('Passed', 'ar-bridge') : __('Failed', 'ar-bridge')}</Badge>
      {!result.passed && <span className="arb-sub">{result.message}</span>}
      {result.ruleName && (
        <span className="arb-sub">
          {/* translators: %s: name of a rule */}
          {sprintf(__('by “%s”', 'ar-bridge'), result.ruleName)}
        </span>
      )}
    </>
  );
}
