import { Button } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { Confirm } from '../../../components/confirm.tsx';
import type { Setup, WaitingSettlement } from '../../../data/contract.ts';
import { store } from '../../../data/store.ts';
import { amount, count } from '../../../format.ts';
import { useAct } from '../../../hooks/act.ts';
import { ordersOnTheirWay } from '../../../labels.ts';

interface SettleWaitingProps {
  waiting: WaitingSettlement;
  title: string;
  /** The settlement as saved: an edit holds once it is saved. */
  saved: Setup['settlements'][number];
  edited: boolean;
}

/** Refunds of a gateway whose money lies unapplied; once a settlement is chosen and saved, they can follow it. */
export function SettleWaiting({ waiting, title, saved, edited }: SettleWaitingProps) {
  const act = useAct();
  const [asking, setAsking] = useState(false);
  const { settleWaiting } = useDispatch(store);
  const sums = waiting.sums.map((sum) => amount(sum.amount, sum.currency)).join(', ');
  const settle = async () => {
    const outcome = await act.run('settle', () => settleWaiting(waiting.gateway), ordersOnTheirWay);
    if (outcome.ok) setAsking(false);
  };
  return (
    <div className="arb-actions arb-presets">
      <span>
        {sprintf(
          /* translators: 1: number of refunds, 2: amounts with their currencies */
          _n(
            '%1$s refund made before lies unapplied: %2$s.',
            '%1$s refunds made before lie unapplied: %2$s.',
            waiting.refunds,
            'ar-bridge',
          ),
          count(waiting.refunds),
          sums,
        )}
      </span>
      {saved.settlement !== 'unapplied' && (
        <Button variant="secondary" size="compact" disabled={edited} accessibleWhenDisabled onClick={() => setAsking(true)}>
          {__('Settle the waiting ones', 'ar-bridge')}
        </Button>
      )}
      {edited && <span className="arb-quiet">{__('Save the choice first.', 'ar-bridge')}</span>}
      {asking && (
        <Confirm
          /* translators: %s: name of a payment gateway */
          title={sprintf(__('Settle the waiting refunds of %s?', 'ar-bridge'), title)}
          confirm={__('Settle them', 'ar-bridge')}
          act={act}
          onConfirm={() => void settle()}
          onClose={() => setAsking(false)}
        >
          <p>{saved.settlement === 'payables' ? paysOut(waiting.refunds, sums) : writesOff(sums, saved.activity ?? '')}</p>
        </Confirm>
      )}
    </div>
  );
}

const paysOut = (refunds: number, sums: string): string =>
  sprintf(
    /* translators: 1: number of refunds, 2: amounts with their currencies */
    _n(
      'Oracle Payables pays the customer of %1$s refund: %2$s. Make sure that nobody has paid it by hand.',
      'Oracle Payables pays the customers of %1$s refunds: %2$s. Make sure that nobody has paid them by hand.',
      refunds,
      'ar-bridge',
    ),
    count(refunds),
    sums,
  );

const writesOff = (sums: string, activity: string): string =>
  sprintf(
    /* translators: 1: amounts with their currencies, 2: name of a receivables activity */
    __('%1$s is written from the receipts to the activity “%2$s”.', 'ar-bridge'),
    sums,
    activity,
  );
