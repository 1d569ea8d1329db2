import { Button, RadioControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { ReactNode } from 'react';
import type { OrderState, Reason } from '../data/contract.ts';
import type { Act } from '../hooks/act.ts';
import { choiceMeaning } from '../labels.ts';
import { stateTone } from './badge.tsx';
import { Disclosure } from './disclosure.tsx';
import { AreaField } from './fields.tsx';
import { Prose } from './prose.tsx';

interface ReasonViewProps {
  reason: Reason;
  state: OrderState;
  /** The button that ends the matter; a question brings its own. */
  children?: ReactNode;
}

/** Why an order stands where it stands: message, action, button, and the other side's own words folded below. */
export function ReasonView({ reason, state, children }: ReasonViewProps) {
  return (
    <div className={`arb-reason is-${stateTone(state)}`}>
      <p className="arb-reason__message">
        <Prose text={reason.message} />
      </p>
      {reason.action && (
        <p className="arb-reason__action">
          <Prose text={reason.action} />
        </p>
      )}
      {children}
      {reason.detail && (
        <Disclosure
          summary={
            reason.code.startsWith('store.') ? __('What the store said', 'ar-bridge') : __('What Oracle said', 'ar-bridge')
          }
        >
          <pre className="arb-pre">{reason.detail}</pre>
        </Disclosure>
      )}
      <p className="arb-failure__code">
        <code>{reason.code}</code>
      </p>
    </div>
  );
}

interface DecisionProps {
  question: NonNullable<Reason['question']>;
  act: Act;
  onDecide: (choice: string, note: string) => void;
}

/** The choices a person has, one to be taken, with room for why. */
export function Decision({ question, act, onDecide }: DecisionProps) {
  const [choice, setChoice] = useState('');
  const [note, setNote] = useState('');
  return (
    <div className="arb-decision">
      <RadioControl
        label={__('Your decision', 'ar-bridge')}
        selected={choice}
        options={question.choices.map(({ id, label }) => ({ value: id, label, description: choiceMeaning(question.id, id) }))}
        onChange={setChoice}
      />
      <AreaField
        label={__('Note for the record (optional)', 'ar-bridge')}
        value={note}
        maxLength={500}
        rows={2}
        onChange={setNote}
      />
      <div className="arb-actions">
        <Button
          variant="primary"
          size="compact"
          isBusy={act.busy === 'decide'}
          disabled={choice === '' || act.busy !== null}
          accessibleWhenDisabled
          onClick={() => onDecide(choice, note)}
        >
          {__('Decide', 'ar-bridge')}
        </Button>
      </div>
    </div>
  );
}
