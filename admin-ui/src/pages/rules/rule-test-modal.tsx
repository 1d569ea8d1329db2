import { Modal } from '@wordpress/components';
import { useMemo, useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { FormEvent } from 'react';
import { SelectField, TextField, ToggleField } from '../../components/fields.tsx';
import {
  type Catalogue,
  RULE_KINDS,
  type Rule,
  type RuleConditions,
  type RuleKind,
  type RuleTest,
  RuleTestSchema,
  type Setup,
} from '../../data/contract.ts';
import { fieldErrors } from '../../data/field-errors.ts';
import { ruleKindLabel } from '../../labels.ts';
import { ConditionFields } from './condition-fields.tsx';
import { DialogEnd } from './dialog-end.tsx';
import { OutcomeFields } from './outcome-fields.tsx';
import { Result } from './rule-tests.tsx';
import { conditionWords } from './rule-words.ts';
import { useRuleCheck } from './use-rule-check.ts';

interface RuleTestModalProps {
  test: RuleTest;
  /** As they are edited: the test runs on them while it is written. */
  rules: Rule[];
  isNew: boolean;
  catalogue: Catalogue | null;
  setup: Setup | null;
  onKeep: (test: RuleTest) => void;
  onClose: () => void;
}

/** One test: what the rules are asked about, and what they have to answer. */
export function RuleTestModal({ test, rules, isNew, catalogue, setup, onKeep, onClose }: RuleTestModalProps) {
  const [edited, setEdited] = useState(test);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const change = (part: Partial<RuleTest>) => setEdited({ ...edited, ...part });
  const named = { ...edited, name: edited.name.trim() || nameFor(edited, catalogue) };
  const result = useResultOf(edited, rules);
  const setDay = (day: string) => {
    const { day: _before, ...rest } = edited;
    setEdited(day === '' ? rest : { ...rest, day });
  };
  const keep = (event: FormEvent) => {
    event.preventDefault();
    const found = errorsOf(named);
    setErrors(found);
    if (Object.keys(found).length === 0) onKeep(named);
  };
  return (
    <Modal
      title={isNew ? __('Add a test', 'ar-bridge') : __('Edit the test', 'ar-bridge')}
      onRequestClose={onClose}
      size="large"
      className="arb-modal"
    >
      <form className="arb-stack is-tight" onSubmit={keep} noValidate>
        <div className="arb-form">
          <SelectField
            label={__('Asks for', 'ar-bridge')}
            value={edited.kind}
            options={RULE_KINDS.map((kind) => ({ value: kind, label: ruleKindLabel(kind) }))}
            onChange={(kind: RuleKind) => change({ kind, expect: edited.expect === null ? null : {} })}
          />
          <TextField
            label={__('Name', 'ar-bridge')}
            help={__('Left empty, it is made from what is asked about.', 'ar-bridge')}
            error={errors.name}
            value={edited.name}
            onChange={(name) => change({ name })}
            input={{ maxLength: 120 }}
          />
        </div>
        <ConditionFields
          legend={__('A line with', 'ar-bridge')}
          about={__('What is left empty is not known of the line.', 'ar-bridge')}
          kind={edited.kind}
          when={conditionsOf(edited.facts)}
          without={['skuPattern']}
          catalogue={catalogue}
          errors={errors}
          onChange={(when) => change({ facts: factsFrom(when, edited.facts) })}
        />
        <ToggleField
          label={__('No rule may match', 'ar-bridge')}
          checked={edited.expect === null}
          onChange={(none) => change({ expect: none ? null : {} })}
        />
        {edited.expect !== null && (
          <OutcomeFields
            legend={__('Has to give', 'ar-bridge')}
            kind={edited.kind}
            outcome={edited.expect}
            setup={setup}
            errors={errors}
            onChange={(expect) => change({ expect })}
          />
        )}
        <div className="arb-form">
          <TextField
            type="date"
            label={__('On the day (optional)', 'ar-bridge')}
            help={__('Empty: the day on which the test runs.', 'ar-bridge')}
            error={errors.day}
            value={edited.day ?? ''}
            onChange={setDay}
          />
        </div>
        <div role="status">{result && <Result result={result} />}</div>
        <DialogEnd
          errors={errors}
          main="expect"
          keep={isNew ? __('Add to the tests', 'ar-bridge') : __('Change the test', 'ar-bridge')}
          onClose={onClose}
        />
      </form>
    </Modal>
  );
}

/** The form has one category; further ones of a test from a file stay as they are. */
const conditionsOf = ({ categoryIds, ...facts }: RuleTest['facts']): RuleConditions => ({
  ...facts,
  ...(categoryIds?.[0] !== undefined && { categoryId: categoryIds[0] }),
});

function factsFrom({ categoryId, skuPattern: _never, ...facts }: RuleConditions, before: RuleTest['facts']): RuleTest['facts'] {
  const further = before.categoryIds?.slice(1) ?? [];
  const categoryIds = [...(categoryId === undefined ? [] : [categoryId]), ...further];
  return { ...facts, ...(categoryIds.length > 0 && { categoryIds }) };
}

/** Paths as the fields of the form know them: `when.country`, `outcome.memoLine`. */
function errorsOf(test: RuleTest): Record<string, string> {
  const found = Object.entries(fieldErrors(RuleTestSchema, test)).map(([path, message]) => [
    path.replace(/^facts\./, 'when.').replace(/^expect\./, 'outcome.'),
    message,
  ]);
  const errors: Record<string, string> = Object.fromEntries(found);
  if (test.expect && Object.keys(test.expect).length === 0) errors.expect = __('Say what the rules have to give.', 'ar-bridge');
  return errors;
}

function useResultOf(test: RuleTest, rules: Rule[]) {
  const asked = useMemo(() => {
    const named = { ...test, name: test.name || test.id };
    return Object.keys(errorsOf(named)).length > 0 ? null : { rules, tests: [named] };
  }, [test, rules]);
  return useRuleCheck(asked)?.testResults[0];
}

const nameFor = ({ kind, facts }: RuleTest, catalogue: Catalogue | null): string =>
  [ruleKindLabel(kind), ...conditionWords(conditionsOf(facts), catalogue)].join(', ').slice(0, 120);
