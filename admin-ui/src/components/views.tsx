import { Button } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import type { ReactNode } from 'react';
import type { ApiFailure } from '../data/failure.ts';
import type { Resource } from '../data/reducer.ts';
import { Prose } from './prose.tsx';

/** Grey bars where content will be, and a word for those who do not see them. */
export function Loading({ rows = 4 }: { rows?: number }) {
  return (
    <div className="arb-loading" role="status">
      <span className="screen-reader-text">{__('Loading…', 'ar-bridge')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="arb-loading__bar" />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="arb-empty">
      <p className="arb-empty__title">{title}</p>
      {children && <div className="arb-empty__text">{children}</div>}
    </div>
  );
}

interface FailureViewProps {
  failure: ApiFailure;
  /** The button; absent where nothing can be repeated. */
  onRetry?: (() => void) | undefined;
  retrying?: boolean;
}

/** Message, action, button: in that order. */
export function FailureView({ failure, onRetry, retrying = false }: FailureViewProps) {
  return (
    <div className="arb-failure" role="alert">
      <p className="arb-failure__message">
        <Prose text={failure.message} />
      </p>
      {failure.action && (
        <p className="arb-failure__action">
          <Prose text={failure.action} />
        </p>
      )}
      {Object.keys(failure.fields).length > 0 && (
        <ul className="arb-failure__fields">
          {Object.entries(failure.fields).map(([field, message]) => (
            <li key={field}>
              <code>{field}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {onRetry && (
        <Button variant="secondary" size="compact" onClick={onRetry} isBusy={retrying} disabled={retrying} accessibleWhenDisabled>
          {__('Try again', 'ar-bridge')}
        </Button>
      )}
      <p className="arb-failure__code">
        <code>{failure.code}</code>
      </p>
    </div>
  );
}

interface LoadedProps<T> {
  resource: Resource<T>;
  onRetry: () => void;
  rows?: number;
  children: (data: T) => ReactNode;
}

/** What was read, or the view for not yet and not at all; a failed second read is told above what the first one gave. */
export function Loaded<T>({ resource, onRetry, rows, children }: LoadedProps<T>) {
  const { data, failure, loading } = resource;
  if (data === null) {
    return failure ? (
      <FailureView failure={failure} onRetry={onRetry} retrying={loading} />
    ) : (
      <Loading {...(rows !== undefined && { rows })} />
    );
  }
  return (
    <>
      {failure && <FailureView failure={failure} onRetry={onRetry} retrying={loading} />}
      {children(data)}
    </>
  );
}
