import { __ } from '@wordpress/i18n';
import { Section } from '../../components/section.tsx';
import { sources } from '../../data/sources.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { CustomerTable } from './customer-table.tsx';

/** Customers who look like one person and are billed to different accounts; nothing is shown where there are none. */
export function MergeHints() {
  const { resource } = useFresh(sources.mergeHints());
  const hints = resource.data?.hints ?? [];
  if (hints.length === 0) return null;
  return (
    <Section
      title={__('Possibly one customer', 'ar-bridge')}
      about={__(
        'These look like one person and have several accounts. Merge the accounts in Oracle, then link each of them to the one that is left; or leave them as they are.',
        'ar-bridge',
      )}
      flush
    >
      {hints.map(({ why, customers }) => (
        <div key={customers.map(({ id }) => id).join()} className="arb-hint">
          <p className="arb-chip">
            {why === 'e-mail'
              ? __('The same e-mail address', 'ar-bridge')
              : __('Addresses that many providers deliver to one mailbox', 'ar-bridge')}
          </p>
          <CustomerTable caption={__('Possibly one customer', 'ar-bridge')} customers={customers} brief />
        </div>
      ))}
    </Section>
  );
}
