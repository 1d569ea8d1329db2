import { Button, Modal } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { Confirm } from '../../components/confirm.tsx';
import { AreaField } from '../../components/fields.tsx';
import type { OrderDetail } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import type { Act } from '../../hooks/act.ts';

/** Leaves an order out. The reason is asked for because the record keeps it. */
export function SkipModal({ order, act, onClose }: { order: OrderDetail; act: Act; onClose: () => void }) {
  const { orderId, skipRefused } = order;
  const [reason, setReason] = useState('');
  const { skip } = useDispatch(store);
  const confirm = async () => {
    const outcome = await act.run('skip', () => skip(orderId, reason.trim()), __('The order is skipped.', 'ar-bridge'));
    if (outcome.ok) onClose();
  };
  /* translators: %d: order id */
  const title = sprintf(__('Skip order %d', 'ar-bridge'), orderId);
  if (skipRefused) {
    return (
      <Modal title={title} onRequestClose={onClose} size="medium" className="arb-modal">
        <p>{skipRefused.message}</p>
        <p>{skipRefused.action}</p>
        <div className="arb-modal__buttons">
          <Button variant="primary" __next40pxDefaultSize onClick={onClose}>
            {__('Close', 'ar-bridge')}
          </Button>
        </div>
      </Modal>
    );
  }
  return (
    <Confirm
      title={title}
      confirm={__('Skip this order', 'ar-bridge')}
      disabled={reason.trim() === ''}
      act={act}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        {__('Nothing is posted for this order, whatever happens to it in the store, until somebody replays it.', 'ar-bridge')}
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
