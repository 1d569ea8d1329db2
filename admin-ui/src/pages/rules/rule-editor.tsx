import { Button, SearchControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { Confirm } from '../../components/confirm.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, FailureView } from '../../components/views.tsx';
import { RULE_KINDS, type Rule, type RuleKind, type RuleSetView } from '../../data/contract.ts';
import { isSame } from '../../data/is-same.ts';
import { count, instant } from '../../format.ts';
import { ruleKindLabel } from '../../labels.ts';
import { duplicateOf, newRule, withRule } from './new-rule.ts';
import type { RulesPartProps } from './part.ts';
import { inPrecedence, moveRuleTo } from './precedence.ts';
import { RuleModal } from './rule-modal.tsx';
import { RuleTable } from './rule-table.tsx';
import { accountWords, conditionWords, outcomeWords } from './rule-words.ts';
import { useNames } from './use-names.ts';

interface RuleEditorProps extends RulesPartProps {
  /** Id of the rule whose form stands open at first. */
  open?: string | undefined;
}

/** Rows that are drawn at once: a browser takes seconds over thousands. */
const PAGE = 200;

const SHOWN = ['all', 'problems', 'edited', 'off'] as const;
type Shown = (typeof SHOWN)[number];

const shownName = (shown: Shown): string =>
  ({
    all: __('All rules', 'ar-bridge'),
    problems: __('With problems', 'ar-bridge'),
    edited: __('Edited, not saved', 'ar-bridge'),
    off: __('Switched off', 'ar-bridge'),
  })[shown];

/** The rules in the order in which they are asked, and what can be done with them. */
export function RuleEditor({ saved, draft, checked, open, onChange }: RuleEditorProps) {
  const { rules } = draft;
  const { problems } = checked;
  const [kind, setKind] = useState<RuleKind | 'all'>('all');
  const [search, setSearch] = useState('');
  const [only, setOnly] = useState<Shown>('all');
  const [most, setMost] = useState(PAGE);
  const [editing, setEditing] = useState<Rule | null>(() => rules.find(({ id }) => id === open) ?? null);
  const [deleting, setDeleting] = useState<Rule | null>(null);
  const { catalogue, setup, failure, loading, again } = useNames();

  const wordsOf = ({ name, when, outcome }: Rule) =>
    [name, ...conditionWords(when, catalogue), accountWords(outcome, setup), ...outcomeWords(outcome)].join(' ');
  const broken = new Set(problems.map(({ ruleId }) => ruleId));
  const before = new Map(saved.rules.map((rule) => [rule.id, rule]));
  const isShown: Record<Shown, (rule: Rule) => boolean> = {
    all: () => true,
    problems: ({ id }) => broken.has(id),
    edited: (rule) => !isSame(rule, before.get(rule.id)),
    off: ({ enabled }) => !enabled,
  };
  const shown = inPrecedence(rules).filter(
    (rule) =>
      (kind === 'all' || rule.kind === kind) &&
      isShown[only](rule) &&
      wordsOf(rule).toLowerCase().includes(search.trim().toLowerCase()),
  );
  const change = (next: Rule[]) => onChange({ rules: next });
  const keep = (rule: Rule) => {
    change(withRule(rules, rule));
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
      <div className="arb-toolbar arb-filters">
        <SelectField
          label={__('Kind', 'ar-bridge')}
          value={kind}
          options={[
            { value: 'all', label: __('All kinds', 'ar-bridge') },
            ...RULE_KINDS.map((each) => ({ value: each, label: ruleKindLabel(each) })),
          ]}
          onChange={setKind}
        />
        <SelectField
          label={__('Show', 'ar-bridge')}
          value={only}
          options={SHOWN.map((each) => ({ value: each, label: shownName(each) }))}
          onChange={setOnly}
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
      {failure && <FailureView failure={failure} onRetry={again} retrying={loading} />}
      {shown.length === 0 ? (
        <NoRules any={rules.length > 0} />
      ) : (
        <RuleTable
          rules={shown.slice(0, most)}
          all={rules}
          problems={problems}
          catalogue={catalogue}
          setup={setup}
          onToggle={(rule) => keep({ ...rule, enabled: !rule.enabled })}
          onEdit={setEditing}
          onMove={(rule, place) => change(moveRuleTo(rules, rule.id, place))}
          onDuplicate={(rule) => setEditing(duplicateOf(rule, rules))}
          onDelete={setDeleting}
        />
      )}
      {shown.length > most && (
        <div className="arb-pager">
          <span role="status">
            {/* translators: 1: number of rules, 2: number of rules */}
            {sprintf(__('%1$s of %2$s rules', 'ar-bridge'), count(most), count(shown.length))}
          </span>
          <Button variant="secondary" size="compact" onClick={() => setMost(most + PAGE)}>
            {__('Show more', 'ar-bridge')}
          </Button>
        </div>
      )}
      {editing && (
        <RuleModal
          rule={editing}
          rules={rules}
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
            change(rules.filter(({ id }) => id !== deleting.id));
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
