import { __ } from '@wordpress/i18n';
import { Amount } from '../../components/amount.tsx';
import { StepBadge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Id, Nothing } from '../../components/id.tsx';
import { Section } from '../../components/section.tsx';
import { Empty } from '../../components/views.tsx';
import type { DocumentView } from '../../data/contract.ts';
import { day, instant } from '../../format.ts';
import { documentLabel, openLabel, purposeLabel, stepLabel } from '../../labels.ts';
import { DocumentLines } from './document-lines.tsx';

/** What Receivables holds, or will hold, for the order. */
export function Documents({ documents }: { documents: DocumentView[] }) {
  return (
    <Section title={__('Documents in Oracle', 'ar-bridge')} flush={documents.length > 0}>
      {documents.length === 0 ? (
        <Empty title={__('No document yet.', 'ar-bridge')}>{__('A dry run shows which ones would be made.', 'ar-bridge')}</Empty>
      ) : (
        <DataTable
          caption={__('Documents in Oracle', 'ar-bridge')}
          columns={columns()}
          rows={documents}
          keyOf={(document) => document.number}
          below={(document) =>
            (document.lines.length > 0 || document.why !== '') && (
              <Disclosure
                summary={document.lines.length > 0 ? __('Lines and accounts', 'ar-bridge') : __('Chosen by rules', 'ar-bridge')}
              >
                {document.why && <p className="arb-sub">{document.why}</p>}
                {document.lines.length > 0 && <DocumentLines lines={document.lines} caption={document.number} />}
              </Disclosure>
            )
          }
        />
      )}
    </Section>
  );
}

const columns = (): Column<DocumentView>[] => [
  {
    id: 'document',
    header: __('Document', 'ar-bridge'),
    heads: true,
    cell: (document) => (
      <>
        <span className="arb-strong arb-id">{document.number}</span>
        <span className="arb-sub">
          {documentLabel(document.kind)} · {purposeLabel(document.purpose)}
        </span>
      </>
    ),
  },
  {
    id: 'state',
    header: __('State', 'ar-bridge'),
    cell: (document) => (
      <>
        <StepBadge state={document.state} label={stepLabel(document.state)} />
        {document.postedAt && <span className="arb-sub">{instant(document.postedAt)}</span>}
      </>
    ),
  },
  {
    id: 'date',
    header: __('Date', 'ar-bridge'),
    cell: (document) => (
      <>
        <span className="arb-nowrap">{day(document.date)}</span>
        {document.accountingDate !== document.date && (
          <span className="arb-sub">
            {__('Accounting date', 'ar-bridge')} {day(document.accountingDate)}
          </span>
        )}
      </>
    ),
  },
  {
    id: 'oracle-id',
    header: __('Oracle id', 'ar-bridge'),
    cell: (document) => (document.oracleId === null ? <Nothing /> : <Id>{document.oracleId}</Id>),
  },
  {
    id: 'open',
    header: __('Open', 'ar-bridge'),
    align: 'end',
    cell: (document) =>
      document.open === null ? (
        <Nothing />
      ) : (
        <span title={openLabel(document.kind)}>
          <Amount value={document.open} />
        </span>
      ),
  },
  {
    id: 'amount',
    header: __('Amount', 'ar-bridge'),
    align: 'end',
    cell: (document) => <Amount value={document.amount} currency={document.currency} />,
  },
];
