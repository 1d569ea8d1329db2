import { Fragment } from '@wordpress/element';

/** A sentence of the sidecar or the plugin; what stands between backticks is set as code, the rest as it is. */
export function Prose({ text }: { text: string }) {
  const parts = text.split('`').map((part, index) => ({ part, key: `${index} ${part}`, code: index % 2 === 1 }));
  return (
    <>{parts.map(({ part, key, code }) => (code ? <code key={key}>{part}</code> : <Fragment key={key}>{part}</Fragment>))}</>
  );
}
