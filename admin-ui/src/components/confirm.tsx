import { Button, Modal } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import type { ReactNode } from 'react';
import type { Act } from '../hooks/act.ts';
import { ActFailure } from './act-failure.tsx';

interface ConfirmProps {
  title: string;
  children: ReactNode;
  confirm: string;
  destructive?: boolean;
  /** Nothing to confirm yet, such as a reason not written. */
  disabled?: boolean;
  act?: Act;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that is not easily undone. The focus goes in, stays in, and returns to what opened it. */
export function Confirm({ title, children, confirm, destructive = false, disabled, act, onConfirm, onClose }: ConfirmProps) {
  const busy = act?.busy != null;
  return (
    <Modal title={title} onRequestClose={onClose} size="medium" className="arb-modal">
      {act && <ActFailure act={act} />}
      {children}
      <div className="arb-modal__buttons">
        <Button variant="tertiary" __next40pxDefaultSize onClick={onClose}>
          {__('Cancel', 'ar-bridge')}
        </Button>
        <Button
          variant="primary"
          __next40pxDefaultSize
          isDestructive={destructive}
          isBusy={busy}
          disabled={disabled || busy}
          accessibleWhenDisabled
          onClick={onConfirm}
        >
          {confirm}
        </Button>
      </div>
    </Modal>
  );
}
