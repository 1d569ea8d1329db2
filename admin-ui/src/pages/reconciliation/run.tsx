import { useEffect } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { Badge } from '../../components/badge.tsx';
import { Fact } from '../../components/fact.tsx';
import { Link } from '../../components/link.tsx';
import { Section } from '../../components/section.tsx';
import { FailureView, Loaded } from '../../components/views.tsx';
import type { RunView } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { count, day, instant } from '../../format.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { usePolling } from '../../hooks/timing.ts';
import { RunRows } from './run-rows.tsx';
import { Totals } from './totals.tsx';
import { reasonAdvice, reasonLabel } from './words.ts';

const LOOK_MS = 1_000;
type Result = NonNullable<RunView['result']>;

/** One run: its progress while it goes on, then the verdict, the totals and the table. */
export function Run({ id, params, onEnded }: { id: number; params: Record<string, string>; onEnded: () => void }) {
  const { resource, again } = useFresh(sources.run(id));
  const state = resource.data?.state;
  usePolling(again, state === 'running' ? LOOK_MS : null);
  useEffect(() => {
    if (state !== undefined && state !== 'running') onEnded();
  }, [state, onEnded]);
  return (
    <Loaded resource={resource} onRetry={again}>
      {(run) => (
        <>
          <Section title={titleOf(run)} about={aboutOf(run)}>
            {run.state === 'running' && <Progress run={run} />}
            {run.failure && <FailureView failure={{ ...run.failure, fields: {} }} />}
            {run.result && <Verdict run={run} result={run.result} />}
          </Section>
          {run.result && run.result.totals.length > 0 && (
            <>
              <Totals result={run.result} />
              <RunRows run={run} result={run.result} params={params} />
            </>
          )}
        </>
      )}
    </Loaded>
  );
}

const titleOf = ({ from, to }: RunView): string => `${day(from)} – ${day(to)}`;

const aboutOf = ({ startedAt, actor }: RunView): string =>
  /* translators: 1: date and time, 2: name of a person */
  sprintf(__('Started %1$s by %2$s', 'ar-bridge'), instant(startedAt), actor);

function Progress({ run: { progress } }: { run: RunView }) {
  const text = !progress
    ? __('Starting…', 'ar-bridge')
    : sprintf(
        progress.phase === 'oracle'
          ? /* translators: 1: days done, 2: days in all, 3: documents */
            __('Reading Oracle back: %1$s of %2$s days, %3$s documents', 'ar-bridge')
          : /* translators: 1: days done, 2: days in all, 3: documents */
            __('Comparing: %1$s of %2$s days, %3$s documents read back', 'ar-bridge'),
        count(progress.days),
        count(progress.of),
        count(progress.documents),
      );
  return (
    <div className="arb-progress">
      <p role="status">{text}</p>
      <progress aria-label={__('Progress', 'ar-bridge')} max={progress?.of ?? 1} {...(progress && { value: progress.days })} />
      <p className="arb-sub">{__('You may leave this page: the run goes on and is kept.', 'ar-bridge')}</p>
    </div>
  );
}

function Verdict({ run, result }: { run: RunView; result: Result }) {
  const [tone, word] = verdictOf(result);
  return (
    <div className="arb-stack is-tight">
      <div className="arb-heading__line" role="status">
        <Badge tone={tone}>{word}</Badge>
        <span>
          {sprintf(
            /* translators: 1: number of orders, 2: number of differences, 3: number of them without a reason */
            __('%1$s orders, %2$s differences, %3$s of them unexplained', 'ar-bridge'),
            count(result.orders),
            count(result.differences),
            count(result.unknown),
          )}
        </span>
      </div>
      <dl className="arb-heading__facts">
        <Fact name={__('Oracle', 'ar-bridge')}>
          {result.readSince === null
            ? __('by AR Bridge’s own record', 'ar-bridge')
            : sprintf(
                /* translators: 1: number of documents, 2: date and time */
                __('%1$s documents read back since %2$s', 'ar-bridge'),
                count(result.documents),
                instant(result.readSince),
              )}
        </Fact>
        <Fact name={__('Store', 'ar-bridge')}>
          {run.store === 'fresh' ? __('its list of orders asked again', 'ar-bridge') : __('as last read', 'ar-bridge')}
        </Fact>
        {result.certificateId !== null && (
          <Fact name={__('Close certificate', 'ar-bridge')}>
            <Link tab="reconciliation" params={{ at: 'certificates' }}>
              {/* translators: %d: number of a certificate */}
              {sprintf(__('Certificate %d', 'ar-bridge'), result.certificateId)}
            </Link>
          </Fact>
        )}
        {result.drifted > 0 && (
          <Fact name={__('Changed in Oracle', 'ar-bridge')}>
            <Link tab="reconciliation" params={{ at: 'drift' }}>
              {/* translators: %s: number of orders */}
              {sprintf(__('%s to look at', 'ar-bridge'), count(result.drifted))}
            </Link>
          </Fact>
        )}
      </dl>
      {result.reasons.length > 0 && (
        <ul className="arb-rows">
          {result.reasons.map(({ reason, differences }) => (
            <li key={reason}>
              <span>
                <strong className="arb-strong">{reasonLabel(reason)}</strong>
                <span className="arb-sub">{reasonAdvice(reason)}</span>
              </span>
              <span className="arb-amount">{count(differences)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function verdictOf({ differences, unknown }: Result): ['good' | 'warning' | 'bad', string] {
  if (unknown > 0) return ['bad', __('Not balanced', 'ar-bridge')];
  return differences > 0 ? ['warning', __('Explained', 'ar-bridge')] : ['good', __('Balanced', 'ar-bridge')];
}
