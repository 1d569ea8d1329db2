import { Notice } from '@wordpress/components';
import type { Act } from '../hooks/act.ts';
import { Prose } from './prose.tsx';

/** Why the last act of a group failed, beside its buttons: message, then what to do. */
export function ActFailure({ act, only }: { act: Act; only?: string }) {
  if (!act.failure || (only !== undefined && act.failure.act !== only)) return null;
  const { message, action, fields } = act.failure;
  return (
    <Notice status="error" onRemove={act.forget} className="arb-notice">
      <strong>
        <Prose text={message} />
      </strong>
      {action && (
        <p>
          <Prose text={action} />
        </p>
      )}
      {Object.entries(fields).map(([field, text]) => (
        <p key={field}>
          <code>{field}</code> {text}
        </p>
      ))}
    </Notice>
  );
}
