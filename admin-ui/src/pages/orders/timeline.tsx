import { __ } from '@wordpress/i18n';
import { Link } from '../../components/link.tsx';
import { Section } from '../../components/section.tsx';
import { Empty } from '../../components/views.tsx';
import type { AuditEntry } from '../../data/contract.ts';
import { EntryTable } from '../audit/entry-table.tsx';

/** Every call that was made for the order, newest first. */
export function Timeline({ entries, orderId }: { entries: AuditEntry[]; orderId: number }) {
  return (
    <Section
      title={__('Audit timeline', 'ar-bridge')}
      actions={
        <Link tab="audit" params={{ order: orderId, kind: 'all' }}>
          {__('Open in Audit', 'ar-bridge')}
        </Link>
      }
      flush={entries.length > 0}
    >
      {entries.length === 0 ? (
        <Empty title={__('No call was made for this order yet.', 'ar-bridge')} />
      ) : (
        <EntryTable caption={__('Audit timeline', 'ar-bridge')} entries={entries} brief />
      )}
    </Section>
  );
}
