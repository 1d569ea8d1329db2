import { __ } from '@wordpress/i18n';

/** A number that the systems know something by: never broken over lines, read left to right in every language. */
export function Id({ children }: { children: string }) {
  return <span className="arb-id">{children}</span>;
}

/** The first twelve characters of a hash for the eye; the whole of it stands there to be hovered, read out, and copied with one click. */
export function Hash({ children }: { children: string }) {
  return (
    <code className="arb-short-hash" title={children}>
      {children}
    </code>
  );
}

/** A dash for the eye, a word for the ear. */
export function Nothing() {
  return (
    <>
      <span aria-hidden="true">–</span>
      <span className="screen-reader-text">{__('none', 'ar-bridge')}</span>
    </>
  );
}
