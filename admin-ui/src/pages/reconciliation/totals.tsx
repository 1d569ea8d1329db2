import { __, _n, sprintf } from '@wordpress/i18n';
import { Amount } from '../../components/amount.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Section } from '../../components/section.tsx';
import type { Measure, RunView } from '../../data/contract.ts';
import { count, isZero } from '../../format.ts';
import { Difference } from './difference.tsx';
import { figureLabel, MEASURES, measureLabel, measureMeaning } from './words.ts';

type Result = NonNullable<RunView['result']>;
type Figures = Result['totals'][number];

/** The period's sums per business unit and currency: both sides, their difference, and what they are made of. */
export function Totals({ result }: { result: Result }) {
  return (
    <Section title={__('Totals', 'ar-bridge')} flush>
      {result.totals.map((total) => {
        const title = sprintf(
          /* translators: 1: business unit, 2: currency, 3: number of orders */
          _n('%1$s, %2$s: %3$s order', '%1$s, %2$s: %3$s orders', total.orders, 'ar-bridge'),
          total.businessUnit,
          total.currency,
          count(total.orders),
        );
        return (
          <div key={title} className="arb-total">
            <h3 className="arb-subtitle">{title}</h3>
            <DataTable caption={title} columns={columns(total)} rows={MEASURES} keyOf={(measure) => measure} />
            <Disclosure summary={__('What the sums are made of', 'ar-bridge')}>
              <div className="arb-columns">
                <Parts title={__('Store', 'ar-bridge')} figures={total.store} currency={total.currency} />
                <Parts title={__('Oracle', 'ar-bridge')} figures={total.oracle} currency={total.currency} />
              </div>
            </Disclosure>
          </div>
        );
      })}
    </Section>
  );
}

const columns = ({ measures, currency }: Figures): Column<Measure>[] => [
  {
    id: 'measure',
    header: __('What', 'ar-bridge'),
    heads: true,
    cell: (measure) => (
      <>
        {measureLabel(measure)}
        <span className="arb-sub">{measureMeaning(measure)}</span>
      </>
    ),
  },
  {
    id: 'store',
    header: __('Store', 'ar-bridge'),
    align: 'end',
    cell: (measure) => <Amount value={measures[measure].store} currency={currency} />,
  },
  {
    id: 'oracle',
    header: __('Oracle', 'ar-bridge'),
    align: 'end',
    cell: (measure) => <Amount value={measures[measure].oracle} currency={currency} />,
  },
  {
    id: 'difference',
    header: __('Difference', 'ar-bridge'),
    align: 'end',
    cell: (measure) => <Difference value={measures[measure].difference} currency={currency} />,
  },
];

function Parts({ title, figures, currency }: { title: string; figures: Record<string, string>; currency: string }) {
  const there = Object.entries(figures).filter(([, amount]) => !isZero(amount));
  return (
    <table className="arb-sums">
      <caption>{title}</caption>
      <tbody>
        {there.map(([figure, amount]) => (
          <tr key={figure}>
            <th scope="row">{figureLabel(figure)}</th>
            <td>
              <Amount value={amount} currency={currency} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
