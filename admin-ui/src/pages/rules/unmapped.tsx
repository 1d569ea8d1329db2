import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { OrderLinks } from '../../components/order-links.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, Loaded } from '../../components/views.tsx';
import type { Rule, UnmappedView } from '../../data/contract.ts';
import { isSame } from '../../data/is-same.ts';
import { sources } from '../../data/sources.ts';
import { count } from '../../format.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { ruleKindLabel } from '../../labels.ts';
import { newRule, withRule } from './new-rule.ts';
import type { RulesPartProps } from './part.ts';
import { RuleModal } from './rule-modal.tsx';
import { conditionWords } from './rule-words.ts';
import { useNames } from './use-names.ts';

type Item = UnmappedView['items'][number];

/** What of the store no saved rule answers for: most waiting orders first, one click to a rule for it. */
export function Unmapped({ saved, draft, onChange }: RulesPartProps) {
  const { rules } = draft;
  const { catalogue, setup } = useNames();
  const [editing, setEditing] = useState<Rule | null>(null);
  const edits = rules.filter((rule) => rule.enabled && !saved.rules.some((before) => isSame(before, rule)));
  // Read again after each save: what the new rules answer is gone from the list.
  return (
    <>
      <UnmappedList
        key={saved.version}
        taken={(item) => edits.some(({ kind, when }) => isSame({ kind, when }, item.rule))}
        nameOf={(item) => conditionWords(item.rule.when, catalogue).join(', ') || item.label}
        onAdd={(item) => setEditing(newRule(item.rule.kind, rules, item.rule.when))}
        toChange={(item) => rules.find(({ id }) => id === item.change) ?? null}
        onChange={setEditing}
      />
      {editing && (
        <RuleModal
          rule={editing}
          rules={rules}
          isNew={!rules.some(({ id }) => id === editing.id)}
          catalogue={catalogue}
          setup={setup}
          onKeep={(rule) => {
            onChange({ rules: withRule(rules, rule) });
            setEditing(null);
          }}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

interface UnmappedListProps {
  /** A rule for it is among the edits. */
  taken: (item: Item) => boolean;
  nameOf: (item: Item) => string;
  onAdd: (item: Item) => void;
  /** The rule among the edits that answers with what there is not. */
  toChange: (item: Item) => Rule | null;
  onChange: (rule: Rule) => void;
}

function UnmappedList({ taken, nameOf, onAdd, toChange, onChange }: UnmappedListProps) {
  const { resource, again } = useFresh(sources.unmapped());
  const columns: Column<Item>[] = [
    {
      id: 'what',
      header: __('In the store', 'ar-bridge'),
      heads: true,
      cell: (item) => (
        <>
          <span className="arb-strong">{item.label}</span>
          <span className="arb-sub">
            {ruleKindLabel(item.rule.kind)}
            {item.label !== nameOf(item) && ` · ${nameOf(item)}`}
          </span>
          {item.change !== null && (
            <span className="arb-sub">{__('A rule names it, but the set-up does not have it.', 'ar-bridge')}</span>
          )}
          {item.change === null && item.partly && (
            <span className="arb-sub">{__('Rules name it, but ask for more: some orders are answered.', 'ar-bridge')}</span>
          )}
        </>
      ),
    },
    {
      id: 'orders',
      header: __('Waiting orders', 'ar-bridge'),
      cell: ({ orders, sample }) =>
        orders === 0 ? (
          <span className="arb-quiet">{__('none yet', 'ar-bridge')}</span>
        ) : (
          <>
            <span className="arb-strong arb-amount">{count(orders)}</span> <OrderLinks orderIds={sample} />
          </>
        ),
    },
    {
      id: 'acts',
      header: __('Actions', 'ar-bridge'),
      quietHeader: true,
      align: 'end',
      cell: (item) => {
        const wrong = toChange(item);
        if (taken(item)) return <span className="arb-quiet">{__('in your edits', 'ar-bridge')}</span>;
        return (
          <Button
            variant="secondary"
            size="compact"
            aria-label={sprintf(
              wrong
                ? /* translators: %s: a business unit */
                  __('Change the rule about %s', 'ar-bridge')
                : /* translators: %s: a SKU, a category, a gateway */
                  __('Add a rule for %s', 'ar-bridge'),
              item.label,
            )}
            onClick={() => (wrong ? onChange(wrong) : onAdd(item))}
          >
            {wrong ? __('Change the rule', 'ar-bridge') : __('Add a rule', 'ar-bridge')}
          </Button>
        );
      },
    },
  ];
  return (
    <Loaded resource={resource} onRetry={again} rows={6}>
      {({ items, waiting, more }) => (
        <Section title={__('Not mapped', 'ar-bridge')} about={aboutWaiting(waiting, more)} flush>
          {items.length === 0 ? (
            <Empty title={__('Everything has a rule.', 'ar-bridge')}>
              {__(
                'Categories, SKUs, gateways, shipping methods, tax rates and customers without a rule are listed here.',
                'ar-bridge',
              )}
            </Empty>
          ) : (
            <DataTable
              caption={__('What no rule answers for', 'ar-bridge')}
              columns={columns}
              rows={items}
              keyOf={({ rule }) => JSON.stringify(rule)}
              stale={resource.loading}
            />
          )}
        </Section>
      )}
    </Loaded>
  );
}

function aboutWaiting(waiting: number, more: boolean): string {
  if (waiting === 0) return __('No order waits for a rule.', 'ar-bridge');
  return sprintf(
    more
      ? /* translators: %s: number of orders */
        __('%s orders or more wait for a rule. They go on by themselves once it is saved.', 'ar-bridge')
      : /* translators: %s: number of orders */
        _n(
          '%s order waits for a rule. It goes on by itself once it is saved.',
          '%s orders wait for a rule. They go on by themselves once it is saved.',
          waiting,
          'ar-bridge',
        ),
    count(waiting),
  );
}
