import { Button, DropdownMenu, FormToggle } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { arrowDown, arrowUp, moreVertical } from '@wordpress/icons';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Id } from '../../components/id.tsx';
import type { Catalogue, Rule, RuleSetView, Setup } from '../../data/contract.ts';
import { day } from '../../format.ts';
import { ruleKindLabel } from '../../labels.ts';
import { areTied, inPrecedence } from './precedence.ts';
import { Problems } from './problems.tsx';
import { accountWords, conditionWords, outcomeWords } from './rule-words.ts';
import { Words } from './words.tsx';

interface RuleTableProps {
  /** Those shown, in the order in which they are asked. */
  rules: Rule[];
  all: readonly Rule[];
  problems: RuleSetView['problems'];
  catalogue: Catalogue | null;
  setup: Setup | null;
  onToggle: (rule: Rule) => void;
  onEdit: (rule: Rule) => void;
  onMove: (rule: Rule, by: -1 | 1) => void;
  onDuplicate: (rule: Rule) => void;
  onDelete: (rule: Rule) => void;
}

export function RuleTable(props: RuleTableProps) {
  const { rules, problems } = props;
  return (
    <DataTable
      caption={__('Rules in the order in which they are asked', 'ar-bridge')}
      columns={columns(props)}
      rows={rules}
      keyOf={(rule) => rule.id}
      below={(rule) => {
        const found = problems.filter(({ ruleId }) => ruleId === rule.id);
        return found.length > 0 && <Problems problems={found} />;
      }}
    />
  );
}

function columns({ all, catalogue, setup, onToggle, onEdit, onMove, onDuplicate, onDelete }: RuleTableProps): Column<Rule>[] {
  const ordered = inPrecedence(all);
  const ofKind = (rule: Rule) => ordered.filter(({ kind }) => kind === rule.kind);
  const canMove = (rule: Rule, by: -1 | 1) => {
    const neighbour = ordered[ordered.indexOf(rule) + by];
    return neighbour !== undefined && areTied(rule, neighbour);
  };
  return [
    {
      id: 'order',
      header: __('Rank', 'ar-bridge'),
      cell: (rule) => (
        <>
          <span className="arb-strong arb-amount">{ofKind(rule).indexOf(rule) + 1}</span>
          <span className="arb-sub">{ruleKindLabel(rule.kind)}</span>
        </>
      ),
    },
    {
      id: 'name',
      header: __('Rule', 'ar-bridge'),
      heads: true,
      cell: (rule) => (
        <>
          <Button variant="link" className="arb-strong" onClick={() => onEdit(rule)}>
            {rule.name || __('(no name)', 'ar-bridge')}
          </Button>
          {rule.effectiveFrom && (
            <span className="arb-sub">
              {/* translators: %s: a day */}
              {sprintf(__('for orders from %s on', 'ar-bridge'), day(rule.effectiveFrom))}
            </span>
          )}
        </>
      ),
    },
    {
      id: 'when',
      header: __('When', 'ar-bridge'),
      cell: (rule) => <Words words={conditionWords(rule.when, catalogue)} none={__('always', 'ar-bridge')} />,
    },
    {
      id: 'then',
      header: __('Then', 'ar-bridge'),
      cell: (rule) => <Outcome rule={rule} setup={setup} />,
    },
    {
      id: 'enabled',
      header: __('Enabled', 'ar-bridge'),
      cell: (rule) => (
        <span className="arb-toggle">
          <FormToggle
            checked={rule.enabled}
            /* translators: %s: name of a rule */
            aria-label={sprintf(__('Enable rule %s', 'ar-bridge'), rule.name)}
            onChange={() => onToggle(rule)}
          />
          <span className="arb-quiet">{rule.enabled ? __('On', 'ar-bridge') : __('Off', 'ar-bridge')}</span>
        </span>
      ),
    },
    {
      id: 'acts',
      header: __('Actions', 'ar-bridge'),
      quietHeader: true,
      align: 'end',
      cell: (rule) => (
        <span className="arb-row-acts">
          <MoveButton rule={rule} by={-1} able={canMove(rule, -1)} onMove={onMove} />
          <MoveButton rule={rule} by={1} able={canMove(rule, 1)} onMove={onMove} />
          <DropdownMenu
            icon={moreVertical}
            /* translators: %s: name of a rule */
            label={sprintf(__('More for rule %s', 'ar-bridge'), rule.name)}
            toggleProps={{ size: 'small' }}
            controls={[
              { title: __('Edit', 'ar-bridge'), onClick: () => onEdit(rule) },
              { title: __('Duplicate', 'ar-bridge'), onClick: () => onDuplicate(rule) },
              { title: __('Delete', 'ar-bridge'), onClick: () => onDelete(rule) },
            ]}
          />
        </span>
      ),
    },
  ];
}

interface MoveButtonProps {
  rule: Rule;
  by: -1 | 1;
  /** Its neighbour is neither more nor less specific. */
  able: boolean;
  onMove: (rule: Rule, by: -1 | 1) => void;
}

function MoveButton({ rule, by, able, onMove }: MoveButtonProps) {
  /* translators: %s: name of a rule */
  const label = sprintf(by < 0 ? __('Move rule %s up', 'ar-bridge') : __('Move rule %s down', 'ar-bridge'), rule.name);
  return (
    <Button
      icon={by < 0 ? arrowUp : arrowDown}
      label={label}
      size="small"
      disabled={!able}
      accessibleWhenDisabled
      {...(!able && { description: __('The more specific rule always comes first.', 'ar-bridge') })}
      onClick={() => onMove(rule, by)}
    />
  );
}

function Outcome({ rule, setup }: { rule: Rule; setup: Setup | null }) {
  const account = accountWords(rule.outcome, setup);
  const words = outcomeWords(rule.outcome);
  return (
    <>
      {account && <Id>{account}</Id>}
      {(words.length > 0 || !account) && <Words words={words} none={__('nothing set', 'ar-bridge')} />}
    </>
  );
}
