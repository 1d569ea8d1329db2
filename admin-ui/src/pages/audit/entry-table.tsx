import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Id, Nothing } from '../../components/id.tsx';
import { Link } from '../../components/link.tsx';
import type { AuditEntry } from '../../data/contract.ts';
import { duration, exactInstant } from '../../format.ts';
import { EntryModal } from './entry-modal.tsx';
import { Result } from './result.tsx';

interface EntryTableProps {
  caption: string;
  entries: AuditEntry[];
  /** Within one order: its number need not be repeated. */
  brief?: boolean;
  stale?: boolean;
}

/** Attempts, one row each; a row opens into what was sent and what came back. */
export function EntryTable({ caption, entries, brief = false, stale = false }: EntryTableProps) {
  const [opened, setOpened] = useState<number | null>(null);
  const wanted = columns(setOpened).filter((column) => !brief || column.id !== 'order');
  return (
    <>
      <DataTable caption={caption} columns={wanted} rows={entries} keyOf={(entry) => entry.seq} stale={stale} />
      {opened !== null && <EntryModal seq={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

const columns = (open: (seq: number) => void): Column<AuditEntry>[] => [
  {
    id: 'at',
    header: __('Time', 'ar-bridge'),
    cell: (entry) => (
      <time dateTime={entry.at} className="arb-nowrap">
        {exactInstant(entry.at)}
      </time>
    ),
  },
  {
    id: 'operation',
    header: __('Operation', 'ar-bridge'),
    heads: true,
    cell: (entry) => (
      <>
        {entry.operation}
        <span className="arb-sub arb-path">
          {entry.system} · {entry.method} {withoutQuery(entry.path)}
        </span>
      </>
    ),
  },
  {
    id: 'order',
    header: __('Order', 'ar-bridge'),
    cell: (entry) =>
      entry.orderId === null ? (
        <Nothing />
      ) : (
        <Link tab="orders" params={{ order: entry.orderId }}>
          {`#${entry.orderId}`}
        </Link>
      ),
  },
  {
    id: 'document',
    header: __('Document', 'ar-bridge'),
    cell: (entry) => (entry.document === null ? <Nothing /> : <Id>{entry.document}</Id>),
  },
  { id: 'result', header: __('Result', 'ar-bridge'), cell: (entry) => <Result entry={entry} /> },
  {
    id: 'duration',
    header: __('Duration', 'ar-bridge'),
    align: 'end',
    cell: (entry) => <span className="arb-amount arb-nowrap">{duration(entry.durationMs)}</span>,
  },
  {
    id: 'open',
    header: __('Details', 'ar-bridge'),
    quietHeader: true,
    align: 'end',
    cell: (entry) => (
      <Button
        variant="tertiary"
        size="compact"
        /* translators: %d: number of an entry */
        aria-label={sprintf(__('Open entry %d', 'ar-bridge'), entry.seq)}
        onClick={() => open(entry.seq)}
      >
        {__('Open', 'ar-bridge')}
      </Button>
    ),
  },
];

/** The list tells which resource; the opened entry shows the query whole. */
const withoutQuery = (path: string): string => path.replace(/\?.+$/, '?…');
