import { Button, DropdownMenu, FormToggle, Icon } from '@wordpress/components';
import { useMemo, useRef, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { dragHandle, moreVertical } from '@wordpress/icons';
import { Confirm } from '../../components/confirm.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { TextField } from '../../components/fields.tsx';
import { Id } from '../../components/id.tsx';
import type { Catalogue, Rule, RuleSetView, Setup } from '../../data/contract.ts';
import { count, day } from '../../format.ts';
import { ruleKindLabel } from '../../labels.ts';
import { areTied, type Place, placesIn } from './precedence.ts';
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
  /** To a place from 0 among the rules it is tied with. */
  onMove: (rule: Rule, place: number) => void;
  onDuplicate: (rule: Rule) => void;
  onDelete: (rule: Rule) => void;
}

export function RuleTable(props: RuleTableProps) {
  const { rules, all, problems, onMove } = props;
  const [placing, setPlacing] = useState<Rule | null>(null);
  const [dragged, setDragged] = useState<Rule | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const [told, setTold] = useState('');
  const places = useMemo(() => placesIn(all), [all]);
  const placeOf = (rule: Rule): Place => places.get(rule.id) ?? { tied: [rule], at: 0, first: 1 };
  const box = useRef<HTMLDivElement>(null);
  const move = (rule: Rule, place: number) => {
    const { tied, first } = placeOf(rule);
    const to = Math.min(Math.max(place, 0), tied.length - 1);
    onMove(rule, to);
    /* translators: 1: name of a rule, 2: its place */
    setTold(sprintf(__('%1$s is at place %2$s.', 'ar-bridge'), rule.name, count(first + to)));
    // The row moves in the document, and a browser takes the focus from what moves.
    window.setTimeout(() => box.current?.querySelector<HTMLElement>(`[data-rule="${rule.id}"] th button`)?.focus());
  };
  const drop = () => {
    setDragged(null);
    setOver(null);
  };
  return (
    <div ref={box}>
      <DataTable
        caption={__('Rules in the order in which they are asked', 'ar-bridge')}
        columns={columns(props, { placeOf, move, place: setPlacing, drag: setDragged, drop })}
        rows={rules}
        keyOf={(rule) => rule.id}
        rowProps={(rule) => ({
          'data-rule': rule.id,
          ...(dragged !== null && over === rule.id && { className: 'is-over' }),
          onKeyDown: (event) => {
            if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
            event.preventDefault();
            move(rule, placeOf(rule).at + (event.key === 'ArrowUp' ? -1 : 1));
          },
          onDragOver: (event) => {
            // Only among rules that are equally specific there is a place to drop it.
            if (!dragged || !areTied(dragged, rule)) return;
            event.preventDefault();
            setOver(rule.id);
          },
          onDrop: (event) => {
            event.preventDefault();
            if (dragged && dragged.id !== rule.id) move(dragged, placeOf(rule).at);
            drop();
          },
        })}
        below={(rule) => {
          const found = problems.filter(({ ruleId }) => ruleId === rule.id);
          return found.length > 0 && <Problems problems={found} />;
        }}
      />
      <p role="status" className="screen-reader-text">
        {told}
      </p>
      {placing && (
        <PlaceModal
          rule={placing}
          place={placeOf(placing)}
          onPlace={(place) => {
            move(placing, place);
            setPlacing(null);
          }}
          onClose={() => setPlacing(null)}
        />
      )}
    </div>
  );
}

interface PlaceModalProps {
  rule: Rule;
  place: Place;
  onPlace: (place: number) => void;
  onClose: () => void;
}

/** A place by its number. */
function PlaceModal({ rule, place: { tied, at, first }, onPlace, onClose }: PlaceModalProps) {
  const last = first + tied.length - 1;
  const [place, setPlace] = useState(String(first + at));
  const wanted = Number(place);
  const good = Number.isInteger(wanted) && wanted >= first && wanted <= last;
  return (
    <Confirm
      /* translators: %s: name of a rule */
      title={sprintf(__('Move “%s”', 'ar-bridge'), rule.name)}
      confirm={__('Move', 'ar-bridge')}
      disabled={!good}
      onConfirm={() => onPlace(wanted - first)}
      onClose={onClose}
    >
      <TextField
        type="number"
        label={__('Place', 'ar-bridge')}
        help={sprintf(
          /* translators: 1: a number, 2: a number */
          __('From %1$s to %2$s: among rules that are equally specific. A more specific rule always comes first.', 'ar-bridge'),
          count(first),
          count(last),
        )}
        value={place}
        onChange={setPlace}
        input={{ min: first, max: last }}
      />
    </Confirm>
  );
}

interface Moving {
  placeOf: (rule: Rule) => Place;
  move: (rule: Rule, place: number) => void;
  /** Asks for the place. */
  place: (rule: Rule) => void;
  drag: (rule: Rule) => void;
  drop: () => void;
}

function columns(
  { catalogue, setup, onToggle, onEdit, onDuplicate, onDelete }: RuleTableProps,
  { placeOf, move, place, drag, drop }: Moving,
): Column<Rule>[] {
  const moves = (rule: Rule) => {
    const { tied, at } = placeOf(rule);
    if (tied.length === 1) return [];
    return [
      { title: __('Move up', 'ar-bridge'), shortcut: 'Alt ↑', isDisabled: at === 0, onClick: () => move(rule, at - 1) },
      {
        title: __('Move down', 'ar-bridge'),
        shortcut: 'Alt ↓',
        isDisabled: at === tied.length - 1,
        onClick: () => move(rule, at + 1),
      },
      { title: __('Move to a place…', 'ar-bridge'), onClick: () => place(rule) },
    ];
  };
  return [
    {
      id: 'order',
      header: __('Rank', 'ar-bridge'),
      cell: (rule) => (
        <>
          <span className="arb-strong arb-amount">{count(placeOf(rule).first + placeOf(rule).at)}</span>
          {placeOf(rule).tied.length > 1 && <Handle rule={rule} onDrag={drag} onDrop={drop} />}
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
          <DropdownMenu
            icon={moreVertical}
            /* translators: %s: name of a rule */
            label={sprintf(__('More for rule %s', 'ar-bridge'), rule.name)}
            toggleProps={{ size: 'small' }}
            controls={[
              { title: __('Edit', 'ar-bridge'), onClick: () => onEdit(rule) },
              { title: __('Duplicate', 'ar-bridge'), onClick: () => onDuplicate(rule) },
              ...moves(rule),
              { title: __('Delete', 'ar-bridge'), onClick: () => onDelete(rule) },
            ]}
          />
        </span>
      ),
    },
  ];
}

/** For the mouse; keys and menu do the same. Not a button: Firefox does not drag buttons. */
function Handle({ rule, onDrag, onDrop }: { rule: Rule; onDrag: (rule: Rule) => void; onDrop: () => void }) {
  return (
    <span
      className="arb-handle"
      aria-hidden="true"
      draggable
      title={__('Drag it among equally specific rules', 'ar-bridge')}
      onDragStart={(event) => {
        event.dataTransfer.setData('text/plain', rule.name);
        event.dataTransfer.effectAllowed = 'move';
        onDrag(rule);
      }}
      onDragEnd={onDrop}
    >
      <Icon icon={dragHandle} size={20} />
    </span>
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
