import { __ } from '@wordpress/i18n';
import { TextField } from '../../../components/fields.tsx';
import { anyWrong, More } from '../../../components/more.tsx';
import { OptionPicker, ReferencePicker } from '../../../components/picker.tsx';
import { Section } from '../../../components/section.tsx';
import { currencies, timeZones } from './choices.ts';
import { CreditMemoNameFields, InvoiceNameFields } from './name-fields.tsx';
import { RateFields } from './rate-fields.tsx';
import type { PartProps } from './setup-section.tsx';
import { UnitFields } from './unit-fields.tsx';

/** Where documents go in Oracle, and what they are called there. */
export function DocumentParts({ setup, errors, change }: PartProps) {
  const { invoice, creditMemo, conversionRateType } = setup;
  return (
    <Section
      title={__('Documents', 'ar-bridge')}
      about={__('Names as they stand in Oracle Receivables; the lists come from your pod.', 'ar-bridge')}
    >
      <div className="arb-stack is-tight">
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
            options={timeZones()}
            openEnded
            onChange={(timeZone) => change({ timeZone })}
          />
          <InvoiceNameFields names={invoice} at="invoice" errors={errors} onChange={(names) => change({ invoice: names })} />
          <CreditMemoNameFields
            names={creditMemo}
            at="creditMemo"
            errors={errors}
            onChange={(names) => change({ creditMemo: names })}
          />
        </div>
        <More
          about={__('foreign currencies, further business units', 'ar-bridge')}
          faulty={anyWrong(errors, ['conversionRateType', 'userRates', 'businessUnits'])}
        >
          <div className="arb-form">
            <TextField
              label={__('Conversion rate type', 'ar-bridge')}
              help={__(
                'For orders in another currency than the ledger’s: Corporate, Spot, or User for rates of your own.',
                'ar-bridge',
              )}
              error={errors.conversionRateType}
              value={conversionRateType}
              onChange={(type) => change({ conversionRateType: type })}
              input={{ maxLength: 30 }}
            />
          </div>
          {conversionRateType === 'User' && (
            <RateFields
              rates={setup.userRates}
              ledgerCurrency={setup.ledgerCurrency}
              at="userRates"
              errors={errors}
              onChange={(userRates) => change({ userRates })}
            />
          )}
          <UnitFields setup={setup} errors={errors} change={change} />
        </More>
      </div>
    </Section>
  );
}
