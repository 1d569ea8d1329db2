import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { TextField } from '../../../components/fields.tsx';
import { RowsField } from '../../../components/rows-field.tsx';
import type { Setup } from '../../../data/contract.ts';

interface RateFieldsProps {
  rates: Setup['userRates'];
  /** Of the ledger that they lead to. */
  ledgerCurrency: string;
  /** Where errors name them: `userRates`, `businessUnits.0.userRates`. */
  at: string;
  errors: Record<string, string>;
  onChange: (rates: Setup['userRates']) => void;
}

/** Rates of one's own, by currency. The rows are kept here as typed: two of them may bear the same name for a moment. */
export function RateFields({ rates, ledgerCurrency, at, errors, onChange }: RateFieldsProps) {
  const [rows, setRows] = useState(Object.entries(rates).map(([currency, rate]) => ({ currency, rate })));
  const keep = (next: typeof rows) => {
    setRows(next);
    onChange(Object.fromEntries(next.map(({ currency, rate }) => [currency, rate])));
  };
  return (
    <fieldset className="arb-fieldset">
      <legend>{__('Rates of your own', 'ar-bridge')}</legend>
      <p className="arb-quiet">
        {sprintf(
          /* translators: %s: code of a currency */
          __('How much %s one unit of the other currency is worth. An order in a currency without a rate waits.', 'ar-bridge'),
          ledgerCurrency || __('of the ledger’s currency', 'ar-bridge'),
        )}
      </p>
      <RowsField
        rows={rows}
        add={__('Add a rate', 'ar-bridge')}
        blank={{ currency: '', rate: '' }}
        rowName={__('rate', 'ar-bridge')}
        onChange={keep}
        fields={(row, set, index) => (
          <>
            <TextField
              /* translators: %d: number of a row */
              label={sprintf(__('Rate %d: currency', 'ar-bridge'), index + 1)}
              error={currencyError(rows, index, at, errors)}
              value={row.currency}
              onChange={(currency) => set({ ...row, currency: currency.toUpperCase() })}
              input={{ maxLength: 3, placeholder: 'EUR', spellCheck: false }}
            />
            <TextField
              label={__('Rate', 'ar-bridge')}
              error={isCode(row.currency) ? errors[`${at}.${row.currency}`] : undefined}
              value={row.rate}
              onChange={(rate) => set({ ...row, rate: rate.replace(',', '.').trim() })}
              input={{ inputMode: 'decimal', placeholder: '1.0842' }}
            />
          </>
        )}
      />
    </fieldset>
  );
}

const isCode = (currency: string): boolean => /^[A-Z]{3}$/.test(currency);

function currencyError(
  rows: { currency: string }[],
  index: number,
  at: string,
  errors: Record<string, string>,
): string | undefined {
  const currency = rows[index]?.currency ?? '';
  if (rows.some((row, at) => at < index && currency !== '' && row.currency === currency)) {
    return __('This currency has a rate above.', 'ar-bridge');
  }
  return isCode(currency) ? undefined : errors[`${at}.${currency}`];
}
