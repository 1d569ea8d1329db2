import { Button, Notice } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import type { ReactNode } from 'react';
import type { Act } from '../hooks/act.ts';
import { ActButton } from './act-button.tsx';
import { ActFailure } from './act-failure.tsx';

interface SaveBarProps {
  act: Act;
  /** What there is to save, in a sentence. */
  summary: string;
  /** Who saved another version in between; absent when nobody did. */
  overtaken?: string | undefined;
  saveLabel: string;
  children?: ReactNode;
  onSave: () => void;
  /** Absent where there is nothing to go back to. */
  onDrop?: (() => void) | undefined;
}

/** Stays in view while there are edits: save them, discard them, or settle with what someone else saved meanwhile. */
export function SaveBar({ act, summary, overtaken, saveLabel, children, onSave, onDrop }: SaveBarProps) {
  return (
    <section className="arb-savebar" aria-label={__('Edits not saved', 'ar-bridge')}>
      {overtaken ? (
        <Notice status="warning" isDismissible={false} className="arb-notice">
          <strong>{overtaken}</strong>
          <p>{__('Take theirs and edit again, or put yours in its place.', 'ar-bridge')}</p>
        </Notice>
      ) : (
        <ActFailure act={act} />
      )}
      {children}
      <div className="arb-savebar__line">
        <p role="status">{summary}</p>
        <div className="arb-actions">
          {onDrop && (
            <Button variant="tertiary" size="compact" onClick={onDrop}>
              {overtaken ? __('Take theirs', 'ar-bridge') : __('Discard', 'ar-bridge')}
            </Button>
          )}
          <ActButton act={act} name="save" variant="primary" onClick={onSave}>
            {overtaken ? __('Put mine in its place', 'ar-bridge') : saveLabel}
          </ActButton>
        </div>
      </div>
    </section>
  );
}
