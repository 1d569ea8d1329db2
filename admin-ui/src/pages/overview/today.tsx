import { __ } from '@wordpress/i18n';
import { Amount } from '../../components/amount.tsx';
import { Section } from '../../components/section.tsx';
import { Empty } from '../../components/views.tsx';
import type { Overview } from '../../data/contract.ts';
import { count, day } from '../../format.ts';

type Posted = Overview['today']['posted'][number];

/** What landed in Receivables today, a block per currency: sums of different currencies are never added. */
export function Today({ today }: { today: Overview['today'] }) {
  return (
    <Section title={__('Landed today', 'ar-bridge')} about={day(today.day)}>
      {today.posted.length === 0 ? (
        <Empty title={__('Nothing was posted today yet.', 'ar-bridge')} />
      ) : (
        <div className="arb-stack is-tight">
          {today.posted.map((posted) => (
            <CurrencyBlock key={posted.currency} posted={posted} />
          ))}
        </div>
      )}
    </Section>
  );
}

function CurrencyBlock({ posted }: { posted: Posted }) {
  const rows: [string, number, string][] = [
    [__('Invoices', 'ar-bridge'), posted.invoices, posted.invoiced],
    [__('Receipts', 'ar-bridge'), posted.receipts, posted.received],
    [__('Credit memos', 'ar-bridge'), posted.creditMemos, posted.credited],
  ];
  return (
    <table className="arb-sums">
      <caption>{posted.currency}</caption>
      <tbody>
        {rows.map(([label, documents, sum]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td className="arb-amount">{count(documents)}</td>
            <td>
              <Amount value={sum} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
