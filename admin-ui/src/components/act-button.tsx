import { Button } from '@wordpress/components';
import type { ReactNode } from 'react';
import type { Act } from '../hooks/act.ts';

interface ActButtonProps {
  act: Act;
  /** The name under which `act.run` was called: this button shows that it is at work. */
  name: string;
  onClick: () => void;
  variant?: 'primary' | 'secondary' | 'tertiary' | 'link';
  destructive?: boolean;
  disabled?: boolean;
  /** Said instead of the text, where several buttons read alike. */
  label?: string;
  children: ReactNode;
}

/** A button of a group that does one thing at a time. It keeps the focus while it works. */
export function ActButton({
  act,
  name,
  onClick,
  variant = 'secondary',
  destructive = false,
  disabled,
  label,
  children,
}: ActButtonProps) {
  const busy = act.busy === name;
  return (
    <Button
      variant={variant}
      size="compact"
      isDestructive={destructive}
      isBusy={busy}
      disabled={disabled || act.busy !== null}
      accessibleWhenDisabled
      aria-label={label}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}
