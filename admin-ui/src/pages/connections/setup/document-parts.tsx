import { __ } from '@wordpress/i18n';
import { TextField } from '../../../components/fields.tsx';
import { OptionPicker, ReferencePicker } from '../../../components/picker.tsx';
import { Section } from '../../../components/section.tsx';
import { host } from '../../../host.ts';
import { optional } from './empty-setup.ts';
import type { PartProps } from './setup-section.tsx';

/** Where documents go in Oracle, and what they are called there. */
export function DocumentParts({ setup, errors, change }: PartProps) {
  const { invoice, creditMemo } = setup;
  return (
    <Section
      title={__('Documents', 'ar-bridge')}
      about={__('Names as they stand in Oracle Receivables; the lists come from your pod.', 'ar-bridge')}
    >
      <div className="arb-form">
        <ReferencePicker
          list="businessUnits"
          label={__('Business unit', 'ar-bridge')}
          error={errors.businessUnit}
          value={setup.businessUnit}
          onChange={(businessUnit) => change({ businessUnit })}
        />
        <TextField
          label={__('Prefix of document numbers', 'ar-bridge')}
          help={__(
            '1 to 5 of A-Z and 0-9, then a dash. One per store in a pod; it cannot change once documents are posted.',
            'ar-bridge',
          )}
          error={errors.prefix}
          value={setup.prefix}
          onChange={(prefix) => change({ prefix: prefix.toUpperCase() })}
          input={{ maxLength: 6, spellCheck: false }}
        />
        <OptionPicker
          label={__('Currency of the ledger', 'ar-bridge')}
          error={errors.ledgerCurrency}
          value={setup.ledgerCurrency}
          options={currencies()}
          onChange={(ledgerCurrency) => change({ ledgerCurrency })}
        />
        <OptionPicker
          label={__('Time zone of the business unit', 'ar-bridge')}
          help={__('Turns the store’s times into accounting days.', 'ar-bridge')}
          error={errors.timeZone}
          value={setup.timeZone}
          options={Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }))}
          openEnded
          onChange={(timeZone) => change({ timeZone })}
        />
        <ReferencePicker
          list="transactionSources"
          label={__('Invoices: transaction source', 'ar-bridge')}
          help={__('Its automatic numbering must be off: AR Bridge gives the numbers.', 'ar-bridge')}
          error={errors['invoice.source']}
          value={invoice.source}
          onChange={(source) => change({ invoice: { ...invoice, source } })}
        />
        <ReferencePicker
          list="invoiceTypes"
          label={__('Invoices: transaction type', 'ar-bridge')}
          error={errors['invoice.type']}
          value={invoice.type}
          onChange={(type) => change({ invoice: { ...invoice, type } })}
        />
        <ReferencePicker
          list="paymentTerms"
          label={__('Invoices: payment terms', 'ar-bridge')}
          error={errors['invoice.paymentTerms']}
          value={invoice.paymentTerms}
          onChange={(paymentTerms) => change({ invoice: { ...invoice, paymentTerms } })}
        />
        <ReferencePicker
          list="transactionSources"
          label={__('Credit memos: transaction source', 'ar-bridge')}
          error={errors['creditMemo.source']}
          value={creditMemo.source}
          onChange={(source) => change({ creditMemo: { ...creditMemo, source } })}
        />
        <ReferencePicker
          list="creditMemoTypes"
          label={__('Credit memos: transaction type', 'ar-bridge')}
          error={errors['creditMemo.type']}
          value={creditMemo.type}
          onChange={(type) => change({ creditMemo: { ...creditMemo, type } })}
        />
        <ReferencePicker
          list="creditReasons"
          label={__('Credit memos: reason (optional)', 'ar-bridge')}
          error={errors['creditMemo.reason']}
          value={creditMemo.reason ?? ''}
          onChange={(reason) => change({ creditMemo: optional(creditMemo, 'reason', reason) })}
        />
        <TextField
          label={__('Conversion rate type', 'ar-bridge')}
          help={__('For orders that are not in the ledger’s currency.', 'ar-bridge')}
          error={errors.conversionRateType}
          value={setup.conversionRateType}
          onChange={(conversionRateType) => change({ conversionRateType })}
        />
      </div>
    </Section>
  );
}

/** Every currency of ISO 4217 that the browser knows, with its name. */
function currencies(): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(host.locale, { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}
