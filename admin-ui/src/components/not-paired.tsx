import { __ } from '@wordpress/i18n';
import { Link } from './link.tsx';
import { Section } from './section.tsx';

/** What a new installation shows instead of empty pages: the four steps, and where the first one is. */
export function NotPaired() {
  const steps = [
    __('Start the sidecar beside your store: npm run sidecar.', 'ar-bridge'),
    __('Pair this store with it, under Connections.', 'ar-bridge'),
    __('Give the sidecar access to Oracle, test it, and save the business set-up.', 'ar-bridge'),
    __('Say in Rules which account each product goes to, then switch posting on.', 'ar-bridge'),
  ];
  return (
    <Section title={__('This store is not paired with a sidecar yet', 'ar-bridge')}>
      <p>
        {__(
          'The plugin watches your orders. The sidecar, a small program beside the store, posts them into Oracle Receivables and holds the Oracle credentials.',
          'ar-bridge',
        )}
      </p>
      <ol className="arb-steps">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <Link tab="connections" className="components-button is-primary is-next-40px-default-size">
        {__('Go to Connections', 'ar-bridge')}
      </Link>
    </Section>
  );
}
