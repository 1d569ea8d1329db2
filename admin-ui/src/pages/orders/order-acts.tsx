import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { Decision, ReasonView } from '../../components/reason.tsx';
import { Section } from '../../components/section.tsx';
import type { DryRun, OrderDetail } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { useAct } from '../../hooks/act.ts';
import { replayLabel, stateMeaning } from '../../labels.ts';
import { DryRunModal } from './dry-run-modal.tsx';
import { SkipModal } from './skip-modal.tsx';

/** Why the order stands where it stands, and what a person can do about it. */
export function OrderActs({ order }: { order: OrderDetail }) {
  const act = useAct();
  const { dryRun, replay, decide } = useDispatch(store);
  const [plan, setPlan] = useState<DryRun | null>(null);
  const [skipping, setSkipping] = useState(false);
  const { orderId, state, reason } = order;
  const question = reason?.question;

  const showPlan = async () => {
    const outcome = await act.run('dry-run', () => dryRun(orderId));
    if (outcome.ok) setPlan(outcome.value);
  };
  const replayNow = () => act.run('replay', () => replay(orderId), __('The order is on its way.', 'ar-bridge'));

  // An open question is answered first; a rejected document is skipped, or replayed once its order was corrected.
  const skipIsNext = state === 'rejected' && !order.skipRefused;
  const buttons = (
    <div className="arb-actions">
      {!question && (
        <ActButton
          act={act}
          name="replay"
          variant={state === 'posted' || skipIsNext ? 'secondary' : 'primary'}
          onClick={() => void replayNow()}
        >
          {replayLabel(state)}
        </ActButton>
      )}
      <ActButton act={act} name="dry-run" onClick={() => void showPlan()}>
        {__('Dry run', 'ar-bridge')}
      </ActButton>
      {state !== 'excluded' && (
        <ActButton act={act} name="skip" variant={skipIsNext ? 'primary' : 'secondary'} onClick={() => setSkipping(true)}>
          {__('Skip with a reason', 'ar-bridge')}
        </ActButton>
      )}
    </div>
  );

  return (
    <Section title={__('State', 'ar-bridge')} about={stateMeaning(state)}>
      {!skipping && <ActFailure act={act} />}
      {reason ? (
        <ReasonView reason={reason} state={state}>
          {question && (
            <Decision
              key={question.id}
              question={question}
              act={act}
              onDecide={(choice, note) =>
                void act.run('decide', () => decide(orderId, question.id, choice, note), __('Decision saved.', 'ar-bridge'))
              }
            />
          )}
          {buttons}
        </ReasonView>
      ) : (
        buttons
      )}
      {plan && (
        <DryRunModal
          plan={plan}
          act={act}
          onPost={() => void replayNow().then((outcome) => outcome.ok && setPlan(null))}
          onClose={() => setPlan(null)}
        />
      )}
      {skipping && <SkipModal order={order} act={act} onClose={() => setSkipping(false)} />}
    </Section>
  );
}
