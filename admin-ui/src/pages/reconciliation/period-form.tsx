import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { SelectField, TextField, ToggleField } from '../../components/fields.tsx';
import { Section } from '../../components/section.tsx';
import type { ReconciliationView } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { day, instant } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { go, urlOf } from '../../hooks/route.ts';
import { isPeriod, monthBefore, type Period } from './periods.ts';

interface PeriodFormProps {
  view: ReconciliationView;
  /** The run that is shown below. */
  shown: number | undefined;
  onStarted: () => void;
}

type Choice = 'this' | 'last' | 'own';

/** Which period, and where both sides come from. */
export function PeriodForm({ view, shown, onStarted }: PeriodFormProps) {
  const [choice, setChoice] = useState<Choice>('this');
  const [own, setOwn] = useState<Period>(monthBefore(view.today, 1));
  const [live, setLive] = useState(false);
  const [fresh, setFresh] = useState(false);
  const act = useAct();
  const { startRun } = useDispatch(store);
  const period = choice === 'own' ? own : monthBefore(view.today, choice === 'this' ? 0 : 1);
  const good = isPeriod(period);
  const start = async (certificate: boolean) => {
    const outcome = await act.run(certificate ? 'certify' : 'compare', () =>
      startRun({ ...period, oracle: live ? 'live' : 'record', store: fresh ? 'fresh' : 'kept', certificate }),
    );
    if (!outcome.ok) return;
    onStarted();
    go(urlOf('reconciliation', { run: outcome.value.id }));
  };
  const monthName = (of: Period) => `${day(of.from)} – ${day(of.to)}`;
  return (
    <Section
      title={__('Compare a period', 'ar-bridge')}
      about={sprintf(
        /* translators: %s: name of a time zone */
        __('What the store sold, refunded and was paid against the documents in Oracle. Days begin and end in %s.', 'ar-bridge'),
        view.timeZone,
      )}
    >
      <div className="arb-stack is-tight">
        <ActFailure act={act} />
        <div className="arb-form-line">
          <SelectField
            label={__('Period', 'ar-bridge')}
            value={choice}
            options={[
              /* translators: %s: first and last day */
              { value: 'this', label: sprintf(__('This month: %s', 'ar-bridge'), monthName(monthBefore(view.today, 0))) },
              /* translators: %s: first and last day */
              { value: 'last', label: sprintf(__('Last month: %s', 'ar-bridge'), monthName(monthBefore(view.today, 1))) },
              { value: 'own', label: __('Other days', 'ar-bridge') },
            ]}
            onChange={setChoice}
          />
          {choice === 'own' && (
            <>
              <TextField
                type="date"
                label={__('From', 'ar-bridge')}
                value={own.from}
                onChange={(from) => setOwn({ ...own, from })}
              />
              <TextField
                type="date"
                label={__('To', 'ar-bridge')}
                value={own.to}
                onChange={(to) => setOwn({ ...own, to })}
                error={good ? undefined : __('The first day must not be after the last.', 'ar-bridge')}
              />
            </>
          )}
        </div>
        <ToggleField
          label={__('Read every document back from Oracle first', 'ar-bridge')}
          help={
            view.lastRead === null
              ? __('Without it Oracle is told by AR Bridge’s own record. Oracle was never read back yet.', 'ar-bridge')
              : sprintf(
                  /* translators: %s: date and time */
                  __('Without it Oracle is told by AR Bridge’s own record. Last read back: %s.', 'ar-bridge'),
                  instant(view.lastRead),
                )
          }
          checked={live}
          onChange={setLive}
        />
        <ToggleField
          label={__('Ask the store for its list of orders too', 'ar-bridge')}
          help={__('Finds orders that nobody told AR Bridge of.', 'ar-bridge')}
          checked={fresh}
          onChange={setFresh}
        />
        <div className="arb-actions">
          <ActButton act={act} name="compare" variant="primary" disabled={!good} onClick={() => void start(false)}>
            {__('Compare', 'ar-bridge')}
          </ActButton>
          <ActButton act={act} name="certify" disabled={!good} onClick={() => void start(true)}>
            {__('Compare and keep a close certificate', 'ar-bridge')}
          </ActButton>
        </div>
        <Earlier view={view} shown={shown} />
      </div>
    </Section>
  );
}

/** Runs that are kept, by day and person; choosing one shows it below. */
function Earlier({ view, shown }: { view: ReconciliationView; shown: number | undefined }) {
  if (view.runs.length < 2) return null;
  return (
    <div className="arb-form-line">
      <SelectField
        label={__('Shown below', 'ar-bridge')}
        value={String(shown ?? '')}
        options={view.runs.map(({ id, from, to, startedAt, actor }) => ({
          value: String(id),
          /* translators: 1: first day, 2: last day, 3: date and time, 4: name of a person */
          label: sprintf(__('%1$s – %2$s, started %3$s by %4$s', 'ar-bridge'), day(from), day(to), instant(startedAt), actor),
        }))}
        onChange={(run) => go(urlOf('reconciliation', { run }))}
      />
    </div>
  );
}
