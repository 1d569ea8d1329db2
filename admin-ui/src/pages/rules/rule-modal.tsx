import { Modal } from '@wordpress/components';
import { useMemo, useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { FormEvent } from 'react';
import { SelectField, TextField, ToggleField } from '../../components/fields.tsx';
import { type Catalogue, RULE_KINDS, type Rule, RuleSchema, type Setup } from '../../data/contract.ts';
import { ruleKindLabel, ruleKindMeaning } from '../../labels.ts';
import { checkRule } from './check-rule.ts';
import { ConditionFields } from './condition-fields.tsx';
import { DialogEnd } from './dialog-end.tsx';
import { OutcomeFields } from './outcome-fields.tsx';
import { Problems } from './problems.tsx';
import { conditionWords } from './rule-words.ts';
import { useRuleCheck } from './use-rule-check.ts';

interface RuleModalProps {
  rule: Rule;
  /** All rules as they are edited: what is never reached shows only among the others. */
  rules: readonly Rule[];
  isNew: boolean;
  catalogue: Catalogue | null;
  setup: Setup | null;
  onKeep: (rule: Rule) => void;
  onClose: () => void;
}

/** One rule: when it holds, and what it gives. Kept among the edits until the rules are saved. */
export function RuleModal({ rule, rules, isNew, catalogue, setup, onKeep, onClose }: RuleModalProps) {
  const [edited, setEdited] = useState(rule);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const problems = useProblemsOf(edited, rules);
  const change = (part: Partial<Rule>) => setEdited({ ...edited, ...part });

  const keep = (event: FormEvent) => {
    event.preventDefault();
    const named = { ...edited, name: edited.name.trim() || nameFor(edited, catalogue) };
    const found = checkRule(named);
    setErrors(found);
    if (Object.keys(found).length === 0) onKeep(named);
  };
  const setFrom = (day: string) => {
    const { effectiveFrom: _before, ...rest } = edited;
    setEdited(day === '' ? rest : { ...rest, effectiveFrom: day });
  };

  return (
    <Modal
      title={isNew ? __('Add a rule', 'ar-bridge') : __('Edit the rule', 'ar-bridge')}
      onRequestClose={onClose}
      size="large"
      className="arb-modal"
    >
      <form className="arb-stack is-tight" onSubmit={keep} noValidate>
        <div className="arb-form">
          <SelectField
            label={__('Decides', 'ar-bridge')}
            help={ruleKindMeaning(edited.kind)}
            value={edited.kind}
            options={RULE_KINDS.map((kind) => ({ value: kind, label: ruleKindLabel(kind) }))}
            onChange={(kind) => change({ kind, outcome: {} })}
          />
          <TextField
            label={__('Name', 'ar-bridge')}
            help={__('Shown wherever the rule is named as the reason. Left empty, it is made from the conditions.', 'ar-bridge')}
            error={errors.name}
            value={edited.name}
            onChange={(name) => change({ name })}
            input={{ maxLength: 120 }}
          />
        </div>
        <ConditionFields
          kind={edited.kind}
          when={edited.when}
          catalogue={catalogue}
          errors={errors}
          onChange={(when) => change({ when })}
        />
        <OutcomeFields
          kind={edited.kind}
          outcome={edited.outcome}
          setup={setup}
          errors={errors}
          onChange={(outcome) => change({ outcome })}
        />
        <div className="arb-form">
          <TextField
            type="date"
            label={__('Holds from (optional)', 'ar-bridge')}
            help={effectiveHelp(edited.kind)}
            error={errors.effectiveFrom}
            value={edited.effectiveFrom ?? ''}
            onChange={setFrom}
          />
          <ToggleField label={__('Enabled', 'ar-bridge')} checked={edited.enabled} onChange={(enabled) => change({ enabled })} />
        </div>
        <div role="status">{problems.length > 0 && <Problems problems={problems} />}</div>
        <DialogEnd
          errors={errors}
          main="outcome"
          keep={isNew ? __('Add to the rules', 'ar-bridge') : __('Change the rule', 'ar-bridge')}
          onClose={onClose}
        />
      </form>
    </Modal>
  );
}

/** Business unit and customer account are fixed by the order's first document; all else goes by the document that asks. */
const effectiveHelp = (kind: Rule['kind']): string =>
  kind === 'business-unit' || kind === 'customer-policy'
    ? __('By the day of the order.', 'ar-bridge')
    : __(
        'By the day of the document: an invoice has its order’s day, a receipt its payment’s, a later change the day it is posted. Refunds keep the accounts of what they refund.',
        'ar-bridge',
      );

/** Asked while it is edited, once the rule is one that could be kept. */
function useProblemsOf(edited: Rule, rules: readonly Rule[]) {
  const asked = useMemo(() => {
    if (!RuleSchema.safeParse(edited).success || checkRule(edited).outcome) return null;
    return { rules: [...rules.filter(({ id }) => id !== edited.id), edited], tests: [] };
  }, [edited, rules]);
  return useRuleCheck(asked)?.problems.filter(({ ruleId }) => ruleId === edited.id) ?? [];
}

const nameFor = (rule: Rule, catalogue: Catalogue | null): string =>
  (conditionWords(rule.when, catalogue).join(', ') || __('Everything else', 'ar-bridge')).slice(0, 120);
