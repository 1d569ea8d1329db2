import { __ } from '@wordpress/i18n';

/** A number that the systems know something by: never broken over lines, read left to right in every language. */
export function Id({ children }: { children: string }) {
  return <span className="arb-id">{children}</span>;
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
