import { Button, Modal } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { ActFailure } from '../../components/act-failure.tsx';
import { Amount } from '../../components/amount.tsx';
import { Badge } from '../../components/badge.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Empty } from '../../components/views.tsx';
import type { DryRun } from '../../data/contract.ts';
import type { Act } from '../../hooks/act.ts';
import { documentLabel, purposeLabel } from '../../labels.ts';
import { DocumentLines } from './document-lines.tsx';

interface DryRunModalProps {
  plan: DryRun;
  act: Act;
  onPost: () => void;
  onClose: () => void;
}

/** The steps a replay would take now, in order, and what would stop it. */
export function DryRunModal({ plan, act, onPost, onClose }: DryRunModalProps) {
  return (
    <Modal
      /* translators: %d: order id */
      title={sprintf(__('Dry run of order %d', 'ar-bridge'), plan.orderId)}
      onRequestClose={onClose}
      size="large"
      className="arb-modal"
    >
      <p>{__('Nothing was sent. These are the steps that a replay would take now.', 'ar-bridge')}</p>
      <ActFailure act={act} />
      {plan.blocked && (
        <div className="arb-reason is-warning">
          <p className="arb-reason__message">
            {/* translators: %s: why it would stop */}
            {sprintf(__('It would stop: %s', 'ar-bridge'), plan.blocked.message)}
          </p>
          <p className="arb-reason__action">{plan.blocked.action}</p>
        </div>
      )}
      {plan.steps.length === 0 ? (
        !plan.blocked && (
          <Empty title={__('Nothing to do.', 'ar-bridge')}>{__('Oracle already holds what the store says.', 'ar-bridge')}</Empty>
        )
      ) : (
        <ol className="arb-plan">
          {plan.steps.map((step, index) => (
            <li key={index}>
              <Step step={step} />
            </li>
          ))}
        </ol>
      )}
      <div className="arb-modal__buttons">
        <Button variant="tertiary" __next40pxDefaultSize onClick={onClose}>
          {__('Close', 'ar-bridge')}
        </Button>
        {plan.steps.length > 0 && (
          <Button
            variant="primary"
            __next40pxDefaultSize
            isBusy={act.busy === 'replay'}
            disabled={act.busy !== null}
            accessibleWhenDisabled
            onClick={onPost}
          >
            {__('Replay now', 'ar-bridge')}
          </Button>
        )}
      </div>
    </Modal>
  );
}

function Step({ step }: { step: DryRun['steps'][number] }) {
  if (step.type === 'customer') return <p className="arb-plan__title">{step.title}</p>;
  if (step.type === 'action') {
    return (
      <p className="arb-plan__title">
        {step.action.title} <Amount value={step.action.amount} />
      </p>
    );
  }
  const { document } = step;
  return (
    <>
      <p className="arb-plan__title">
        <Badge tone="neutral">{documentLabel(document.kind)}</Badge> {document.number}{' '}
        <Amount value={document.amount} currency={document.currency} />
        <span className="arb-sub">{purposeLabel(document.purpose)}</span>
      </p>
      {document.lines.length > 0 && (
        <Disclosure summary={__('Lines and accounts', 'ar-bridge')}>
          <DocumentLines lines={document.lines} caption={document.number} />
        </Disclosure>
      )}
    </>
  );
}
