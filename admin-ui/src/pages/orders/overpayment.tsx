import { Button } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { Confirm } from '../../components/confirm.tsx';
import { TextField } from '../../components/fields.tsx';
import { OptionPicker } from '../../components/picker.tsx';
import { Section } from '../../components/section.tsx';
import { type OrderDetail, SettleOverpaymentSchema } from '../../data/contract.ts';
import { fieldErrors } from '../../data/field-errors.ts';
import { store } from '../../data/store.ts';
import { amount } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';

/** Money that no invoice of the order asks for: it lies unapplied on the receipt until the order grows or a person settles it. */
export function Overpayment({ order }: { order: OrderDetail }) {
  const [asking, setAsking] = useState(false);
  return (
    <Section
      title={__('Overpayment', 'ar-bridge')}
      actions={
        <Button variant="secondary" size="compact" onClick={() => setAsking(true)}>
          {__('Settle overpayment', 'ar-bridge')}
        </Button>
      }
    >
      <p>
        {sprintf(
          /* translators: %s: an amount with its currency */
          __(
            '%s was paid that no invoice asks for. It lies unapplied on the customer’s account. If the order is made larger later, it pays for that; otherwise settle it.',
            'ar-bridge',
          ),
          amount(order.overpayment, order.currency),
        )}
      </p>
      {asking && <SettleModal order={order} onClose={() => setAsking(false)} />}
    </Section>
  );
}

function SettleModal({ order, onClose }: { order: OrderDetail; onClose: () => void }) {
  const act = useAct();
  const { settleOverpayment } = useDispatch(store);
  const settlements = useSelect((select) => select(store).getConnections(), []).data?.setup?.settlements ?? [];
  const activities = [...new Set(settlements.flatMap((row) => row.activity ?? []))];
  const [typed, setTyped] = useState({ amount: order.overpayment, activity: '' });
  const [checked, setChecked] = useState(false);
  const errors = checked ? fieldErrors(SettleOverpaymentSchema, typed) : {};
  const settle = async () => {
    setChecked(true);
    if (!SettleOverpaymentSchema.safeParse(typed).success) return;
    const outcome = await act.run(
      'settle',
      () => settleOverpayment(order.orderId, typed.amount, typed.activity),
      __('The overpayment is being settled.', 'ar-bridge'),
    );
    if (outcome.ok) onClose();
  };
  return (
    <Confirm
      /* translators: %s: number of an order */
      title={sprintf(__('Settle the overpayment of order %s', 'ar-bridge'), order.orderNumber)}
      confirm={__('Settle', 'ar-bridge')}
      act={act}
      onConfirm={() => void settle()}
      onClose={onClose}
    >
      <p>
        {__(
          'The receipt’s money is written to a receivables activity, such as one for other income or for what is owed to the customer. Nothing is paid out.',
          'ar-bridge',
        )}
      </p>
      <div className="arb-form">
        <TextField
          /* translators: %s: code of a currency */
          label={sprintf(__('Amount in %s', 'ar-bridge'), order.currency)}
          /* translators: %s: an amount with its currency */
          help={sprintf(__('At most %s.', 'ar-bridge'), amount(order.overpayment, order.currency))}
          error={errors.amount}
          value={typed.amount}
          onChange={(value) => setTyped({ ...typed, amount: value.trim() })}
          input={{ inputMode: 'decimal' }}
        />
        <OptionPicker
          label={__('Receivables activity', 'ar-bridge')}
          help={__('Its name in Oracle.', 'ar-bridge')}
          error={errors.activity}
          value={typed.activity}
          options={activities.map((activity) => ({ value: activity, label: activity }))}
          openEnded
          onChange={(activity) => setTyped({ ...typed, activity })}
        />
      </div>
    </Confirm>
  );
}
