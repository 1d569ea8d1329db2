import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { Confirm } from '../../components/confirm.tsx';
import { AreaField } from '../../components/fields.tsx';
import { store } from '../../data/store.ts';
import type { Act } from '../../hooks/act.ts';

/** Leaves an order out. The reason is asked for because the record keeps it. */
export function SkipModal({ orderId, act, onClose }: { orderId: number; act: Act; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const { skip } = useDispatch(store);
  const confirm = async () => {
    const outcome = await act.run('skip', () => skip(orderId, reason.trim()), __('The order is skipped.', 'ar-bridge'));
    if (outcome.ok) onClose();
  };
  return (
    <Confirm
      /* translators: %d: order id */
      title={sprintf(__('Skip order %d', 'ar-bridge'), orderId)}
      confirm={__('Skip this order', 'ar-bridge')}
      disabled={reason.trim() === ''}
      act={act}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        {__(
          'Nothing more is posted for this order, whatever happens to it in the store. What Oracle already holds stays as it is.',
          'ar-bridge',
        )}
      </p>
      <AreaField
        label={__('Reason', 'ar-bridge')}
        help={__('Kept with the order and shown to everyone who looks at it.', 'ar-bridge')}
        value={reason}
        maxLength={500}
        onChange={setReason}
      />
    </Confirm>
  );
}
