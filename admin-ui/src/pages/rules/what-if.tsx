import { Button } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActFailure } from '../../components/act-failure.tsx';
import { Amount } from '../../components/amount.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Fact } from '../../components/fact.tsx';
import { SelectField, TextField } from '../../components/fields.tsx';
import { OrderLinks } from '../../components/order-links.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, Loaded } from '../../components/views.tsx';
import type { WhatIfView } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count, duration, instant, isZero } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { usePolling } from '../../hooks/timing.ts';
import { ruleKindLabel } from '../../labels.ts';
import type { RulesPartProps } from './part.ts';

type Job = NonNullable<WhatIfView['job']>;
type Result = NonNullable<Job['result']>;
type Move = Result['segments'][number]['moves'][number] & { kind?: Result['moves'][number]['kind'] };

/** What the edited rules would have done with the orders of a period; nothing is posted, nobody is asked. */
export function WhatIf({ draft, changed }: RulesPartProps) {
  const { resource, again } = useFresh(sources.whatIf());
  const running = resource.data?.job?.state === 'running';
  usePolling(again, running ? 700 : null);
  return (
    <Section
      title={__('What if', 'ar-bridge')}
      about={__(
        'Runs your edits over stored orders beside the saved rules and shows which amounts and orders would have gone elsewhere. Nothing is posted; what is posted stays where it is.',
        'ar-bridge',
      )}
    >
      <div className="arb-stack is-tight">
        <Start rules={draft.rules} changed={changed} running={running} />
        <Loaded resource={resource} onRetry={again} rows={3}>
          {({ job }) => (job ? <JobView job={job} /> : null)}
        </Loaded>
      </div>
    </Section>
  );
}

function Start({ rules, changed, running }: { rules: RulesPartProps['draft']['rules']; changed: boolean; running: boolean }) {
  const act = useAct();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const { startWhatIf, cancelWhatIf } = useDispatch(store);
  const start = () => act.run('start', () => startWhatIf({ rules, ...(from && { from }), ...(to && { to }) }));
  return (
    <>
      <ActFailure act={act} />
      <div className="arb-try">
        <TextField type="date" label={__('Orders from', 'ar-bridge')} value={from} onChange={setFrom} />
        <TextField type="date" label={__('to', 'ar-bridge')} value={to} onChange={setTo} />
        <Button
          variant="primary"
          __next40pxDefaultSize
          isBusy={act.busy === 'start'}
          disabled={!changed || running || act.busy !== null}
          accessibleWhenDisabled
          onClick={() => void start()}
        >
          {__('Run', 'ar-bridge')}
        </Button>
        {running && (
          <Button variant="secondary" __next40pxDefaultSize onClick={() => void act.run('cancel', cancelWhatIf)}>
            {__('Cancel the run', 'ar-bridge')}
          </Button>
        )}
      </div>
      <p className="arb-quiet">
        {changed
          ? __('With no days filled in: the last 90 days.', 'ar-bridge')
          : __('Edit the rules first: the saved ones would only be compared with themselves.', 'ar-bridge')}
      </p>
    </>
  );
}

function JobView({ job }: { job: Job }) {
  const words: Record<Job['state'], string> = {
    /* translators: 1: number of orders, 2: number of orders in all */
    running: sprintf(__('%1$s of %2$s orders', 'ar-bridge'), count(job.done), count(job.total)),
    /* translators: 1: number of orders, 2: number of orders in all */
    cancelled: sprintf(__('Cancelled after %1$s of %2$s orders.', 'ar-bridge'), count(job.done), count(job.total)),
    failed: job.failure ?? __('The run failed and gave no reason.', 'ar-bridge'),
    done: sprintf(
      /* translators: 1: a time, 2: a time, 3: login name, 4: how long it took */
      __('Orders from %1$s to %2$s, run by %3$s in %4$s.', 'ar-bridge'),
      instant(job.from),
      instant(job.to),
      job.by,
      duration(job.elapsedMs),
    ),
  };
  return (
    <>
      {job.state === 'running' && (
        <progress className="arb-progress" max={job.total} value={job.done} aria-label={__('Progress of the run', 'ar-bridge')} />
      )}
      <p role="status" className={job.state === 'failed' ? 'arb-error' : 'arb-quiet'}>
        {words[job.state]}
      </p>
      {job.result && <ResultView result={job.result} />}
    </>
  );
}

const ACCOUNTS = '';
/** Kinds that move an order, or what is written on it, and no amount from one account to another. */
const OF_ORDERS: readonly string[] = [
  'business-unit',
  'customer-policy',
  'transaction-type',
  'descriptive-flexfield',
  'line-flexfield',
];

function ResultView({ result }: { result: Result }) {
  const { orders, changed, left, moves, segments, unmapped } = result;
  const [by, setBy] = useState(ACCOUNTS);
  const elsewhere = moves.filter(({ kind }) => OF_ORDERS.includes(kind));
  const amounts = moves.filter(({ kind }) => !OF_ORDERS.includes(kind));
  const shown: Move[] = by === ACCOUNTS ? amounts : (segments.find(({ segment }) => segment === by)?.moves ?? []);
  return (
    <>
      <dl className="arb-heading__facts">
        <Fact name={__('Orders looked at', 'ar-bridge')}>{count(orders)}</Fact>
        <Fact name={__('Would change', 'ar-bridge')}>{count(changed)}</Fact>
        <Fact name={__('Post nothing anyway', 'ar-bridge')}>{count(left)}</Fact>
        <Fact name={__('Would wait for a rule', 'ar-bridge')}>
          {/* translators: 1: number of orders before, 2: number of orders after */}
          {sprintf(__('%1$s now, %2$s then', 'ar-bridge'), count(unmapped.before), count(unmapped.after))}{' '}
          <OrderLinks orderIds={unmapped.sample} />
        </Fact>
      </dl>
      {moves.length === 0 && <Empty title={__('Nothing would have gone elsewhere.', 'ar-bridge')} />}
      {amounts.length > 0 && (
        <>
          <div className="arb-form is-narrow">
            <SelectField
              label={__('Moved amounts by', 'ar-bridge')}
              value={by}
              options={[
                { value: ACCOUNTS, label: __('Account', 'ar-bridge') },
                /* translators: %s: name of a segment */
                ...segments.map(({ segment }) => ({ value: segment, label: sprintf(__('Segment %s', 'ar-bridge'), segment) })),
              ]}
              onChange={setBy}
            />
          </div>
          <DataTable caption={__('Moved amounts', 'ar-bridge')} columns={MOVES()} rows={shown} keyOf={keyOf} />
        </>
      )}
      {elsewhere.length > 0 && (
        <>
          <h3 className="arb-subtitle">{__('Business unit, customer, type and flexfields', 'ar-bridge')}</h3>
          <DataTable
            caption={__('Orders that would go elsewhere', 'ar-bridge')}
            columns={MOVES()}
            rows={elsewhere}
            keyOf={keyOf}
          />
        </>
      )}
    </>
  );
}

const keyOf = ({ kind, from, to, currency }: Move): string => `${kind} ${from} ${to} ${currency}`;

const MOVES = (): Column<Move>[] => [
  {
    id: 'from',
    header: __('From', 'ar-bridge'),
    heads: true,
    cell: ({ from, kind }) => (
      <>
        <Place kind={kind} value={from} />
        {kind && <span className="arb-sub">{ruleKindLabel(kind)}</span>}
      </>
    ),
  },
  { id: 'to', header: __('To', 'ar-bridge'), cell: ({ to, kind }) => <Place kind={kind} value={to} /> },
  {
    id: 'amount',
    header: __('Amount', 'ar-bridge'),
    align: 'end',
    cell: ({ amount, currency, posted }) => (
      <>
        <Amount value={amount} currency={currency} />
        {!isZero(posted) && (
          <span className="arb-sub">
            {__('of it posted, stays:', 'ar-bridge')} <Amount value={posted} currency={currency} />
          </span>
        )}
      </>
    ),
  },
  {
    id: 'orders',
    header: __('Orders', 'ar-bridge'),
    cell: ({ orders, lines, sample }) => (
      <>
        {/* translators: 1: number of orders, 2: number of lines */}
        {sprintf(_n('%1$s order, %2$s lines', '%1$s orders, %2$s lines', orders, 'ar-bridge'), count(orders), count(lines))}
        <span className="arb-sub">
          <OrderLinks orderIds={sample} />
        </span>
      </>
    ),
  },
];

/** An account, a segment's value, a code or names; or nothing, where the order would wait. */
function Place({ kind, value }: { kind: Move['kind']; value: string | null }) {
  if (value === null) return <span className="arb-bad">{__('no rule: waits', 'ar-bridge')}</span>;
  if (kind === 'customer-policy' && value === 'own') return <>{__('an account of their own', 'ar-bridge')}</>;
  if (value === '') return <span className="arb-quiet">{__('not filled', 'ar-bridge')}</span>;
  return <code className="arb-account">{value}</code>;
}
