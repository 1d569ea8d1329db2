import { Button, SearchControl } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { Confirm } from '../../components/confirm.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, FailureView } from '../../components/views.tsx';
import { RULE_KINDS, type Rule, type RuleKind, type RuleSetView } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count, instant } from '../../format.ts';
import { ruleKindLabel } from '../../labels.ts';
import { duplicateOf, newRule } from './new-rule.ts';
import { inPrecedence, moveRule } from './precedence.ts';
import { RuleModal } from './rule-modal.tsx';
import { RuleTable } from './rule-table.tsx';
import { accountWords, conditionWords, outcomeWords } from './rule-words.ts';

interface RuleEditorProps {
  saved: RuleSetView;
  rules: Rule[];
  onChange: (rules: Rule[]) => void;
}

/** The rules in the order in which they are asked, and what can be done with them. */
export function RuleEditor({ saved, rules, onChange }: RuleEditorProps) {
  const [kind, setKind] = useState<RuleKind | 'all'>('all');
  const [search, setSearch] = useState('');
  const [editing, setEditing] = useState<Rule | null>(null);
  const [deleting, setDeleting] = useState<Rule | null>(null);
  const [fromStore, fromSidecar] = useSelect(
    (select) => [select(store).getCatalogue(), select(store).getConnections()] as const,
    [],
  );
  const { refresh } = useDispatch(store);
  const catalogue = fromStore.data;
  const setup = fromSidecar.data?.setup ?? null;
  // The rules themselves are there; without these two, ids stand for names and segments have no template.
  const failure = fromStore.failure ?? fromSidecar.failure;
  const readAgain = () => void Promise.all([refresh(sources.catalogue()), refresh(sources.connections())]);

  const wordsOf = ({ name, when, outcome }: Rule) =>
    [name, ...conditionWords(when, catalogue), accountWords(outcome, setup), ...outcomeWords(outcome)].join(' ');
  const shown = inPrecedence(rules).filter(
    (rule) => (kind === 'all' || rule.kind === kind) && wordsOf(rule).toLowerCase().includes(search.trim().toLowerCase()),
  );
  const keep = (rule: Rule) => {
    onChange(rules.some(({ id }) => id === rule.id) ? rules.map((old) => (old.id === rule.id ? rule : old)) : [...rules, rule]);
    setEditing(null);
  };
  const add = () => setEditing(newRule(kind === 'all' ? 'revenue' : kind, rules));

  return (
    <Section
      title={__('Rules', 'ar-bridge')}
      about={aboutVersion(saved)}
      actions={
        <Button variant="primary" size="compact" onClick={add}>
          {__('Add a rule', 'ar-bridge')}
        </Button>
      }
      flush
    >
      <div className="arb-toolbar">
        <SelectField
          label={__('Kind', 'ar-bridge')}
          value={kind}
          options={[
            { value: 'all', label: __('All kinds', 'ar-bridge') },
            ...RULE_KINDS.map((each) => ({ value: each, label: ruleKindLabel(each) })),
          ]}
          onChange={setKind}
        />
        <SearchControl
          __nextHasNoMarginBottom
          className="arb-search"
          label={__('Search rules', 'ar-bridge')}
          placeholder={__('Name, SKU, account', 'ar-bridge')}
          value={search}
          onChange={setSearch}
        />
      </div>
      {failure && <FailureView failure={failure} onRetry={readAgain} retrying={fromStore.loading || fromSidecar.loading} />}
      {shown.length === 0 ? (
        <NoRules any={rules.length > 0} />
      ) : (
        <RuleTable
          rules={shown}
          all={rules}
          problems={saved.problems}
          catalogue={catalogue}
          setup={setup}
          onToggle={(rule) => keep({ ...rule, enabled: !rule.enabled })}
          onEdit={setEditing}
          onMove={(rule, by) => onChange(moveRule(rules, rule.id, by))}
          onDuplicate={(rule) => setEditing(duplicateOf(rule, rules))}
          onDelete={setDeleting}
        />
      )}
      {editing && (
        <RuleModal
          rule={editing}
          isNew={!rules.some(({ id }) => id === editing.id)}
          catalogue={catalogue}
          setup={setup}
          onKeep={keep}
          onClose={() => setEditing(null)}
        />
      )}
      {deleting && (
        <Confirm
          title={__('Delete this rule?', 'ar-bridge')}
          confirm={__('Delete', 'ar-bridge')}
          destructive
          onConfirm={() => {
            onChange(rules.filter(({ id }) => id !== deleting.id));
            setDeleting(null);
          }}
          onClose={() => setDeleting(null)}
        >
          <p>
            {/* translators: %s: name of a rule */}
            {sprintf(__('“%s” goes with the next save. What was posted under it stays as it is.', 'ar-bridge'), deleting.name)}
          </p>
        </Confirm>
      )}
    </Section>
  );
}

function aboutVersion({ version, author, savedAt }: RuleSetView): string {
  if (version === 0 || savedAt === null) return __('No rules were saved yet.', 'ar-bridge');
  /* translators: 1: number of the version, 2: time, 3: login name */
  return sprintf(
    __(
      'Version %1$s, saved %2$s by %3$s. The first rule that matches decides; of two categories, the one nearer to the product.',
      'ar-bridge',
    ),
    count(version),
    instant(savedAt),
    author,
  );
}

function NoRules({ any }: { any: boolean }) {
  return any ? (
    <Empty title={__('No rule matches.', 'ar-bridge')} />
  ) : (
    <Empty title={__('No rule yet.', 'ar-bridge')}>
      {__(
        'Without a rule for a product, its orders wait with “no GL account”, unless the business set-up names default segments. Start with one revenue rule without conditions, then add what differs.',
        'ar-bridge',
      )}
    </Empty>
  );
}
