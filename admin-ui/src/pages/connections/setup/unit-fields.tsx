import { __, sprintf } from '@wordpress/i18n';
import { ToggleField } from '../../../components/fields.tsx';
import { OptionPicker, ReferencePicker } from '../../../components/picker.tsx';
import { RowsField } from '../../../components/rows-field.tsx';
import { SegmentPicker } from '../../../components/segment-picker.tsx';
import type { Setup } from '../../../data/contract.ts';
import { currencies, timeZones } from './choices.ts';
import { optional } from './empty-setup.ts';
import { CreditMemoNameFields, InvoiceNameFields } from './name-fields.tsx';
import { RateFields } from './rate-fields.tsx';
import type { PartProps } from './setup-section.tsx';
import { SharedAccounts } from './shared-accounts.tsx';

type Unit = Setup['businessUnits'][number];

/** Business units besides the first one. What a unit does not say comes from above. */
export function UnitFields({ setup, errors, change }: PartProps) {
  return (
    <fieldset className="arb-fieldset">
      <legend>{__('Further business units', 'ar-bridge')}</legend>
      <p className="arb-quiet">
        {__(
          'A rule of kind Business unit sends an order to one of these. What you leave empty is as in the unit above.',
          'ar-bridge',
        )}
      </p>
      <RowsField
        rows={setup.businessUnits}
        add={__('Add a business unit', 'ar-bridge')}
        blank={{ businessUnit: '' }}
        rowName={__('business unit', 'ar-bridge')}
        tall
        onChange={(businessUnits) => change({ businessUnits })}
        fields={(unit, set, index) => <UnitRow unit={unit} set={set} index={index} setup={setup} errors={errors} />}
      />
    </fieldset>
  );
}

interface UnitRowProps {
  unit: Unit;
  set: (unit: Unit) => void;
  index: number;
  setup: Setup;
  errors: Record<string, string>;
}

function UnitRow({ unit, set, index, setup, errors }: UnitRowProps) {
  const at = `businessUnits.${index}`;
  const segments = setup.segments.filter(({ name }) => name !== '');
  return (
    <div className="arb-stack is-tight">
      <div className="arb-form">
        <ReferencePicker
          list="businessUnits"
          /* translators: %d: number of a row */
          label={sprintf(__('Business unit %d', 'ar-bridge'), index + 2)}
          error={errors[`${at}.businessUnit`]}
          value={unit.businessUnit}
          onChange={(businessUnit) => set({ ...unit, businessUnit })}
        />
        <OptionPicker
          label={__('Currency of its ledger', 'ar-bridge')}
          placeholder={setup.ledgerCurrency}
          error={errors[`${at}.ledgerCurrency`]}
          value={unit.ledgerCurrency ?? ''}
          options={currencies()}
          onChange={(currency) => set(optional(unit, 'ledgerCurrency', currency))}
        />
        <OptionPicker
          label={__('Its time zone', 'ar-bridge')}
          placeholder={setup.timeZone}
          error={errors[`${at}.timeZone`]}
          value={unit.timeZone ?? ''}
          options={timeZones()}
          openEnded
          onChange={(zone) => set(optional(unit, 'timeZone', zone))}
        />
      </div>
      {setup.conversionRateType === 'User' && unit.ledgerCurrency && unit.ledgerCurrency !== setup.ledgerCurrency && (
        <RateFields
          rates={unit.userRates ?? {}}
          ledgerCurrency={unit.ledgerCurrency}
          at={`${at}.userRates`}
          errors={errors}
          onChange={(userRates) => set({ ...unit, userRates })}
        />
      )}
      <ToggleField
        label={__('Its invoices have names of their own', 'ar-bridge')}
        checked={unit.invoice !== undefined}
        onChange={(on) => set(own(unit, 'invoice', on ? { source: '', type: '', paymentTerms: '' } : undefined))}
      />
      {unit.invoice && (
        <div className="arb-form">
          <InvoiceNameFields
            names={unit.invoice}
            at={`${at}.invoice`}
            errors={errors}
            onChange={(invoice) => set({ ...unit, invoice })}
          />
        </div>
      )}
      <ToggleField
        label={__('Its credit memos have names of their own', 'ar-bridge')}
        checked={unit.creditMemo !== undefined}
        onChange={(on) => set(own(unit, 'creditMemo', on ? { source: '', type: '' } : undefined))}
      />
      {unit.creditMemo && (
        <div className="arb-form">
          <CreditMemoNameFields
            names={unit.creditMemo}
            at={`${at}.creditMemo`}
            errors={errors}
            onChange={(creditMemo) => set({ ...unit, creditMemo })}
          />
        </div>
      )}
      <ToggleField
        label={__('Its own shared customer accounts', 'ar-bridge')}
        checked={unit.sharedAccounts !== undefined}
        onChange={(on) => set(own(unit, 'sharedAccounts', on ? [] : undefined))}
      />
      {unit.sharedAccounts && (
        <SharedAccounts
          accounts={unit.sharedAccounts}
          at={`${at}.sharedAccounts`}
          errors={errors}
          onChange={(sharedAccounts) => set({ ...unit, sharedAccounts })}
        />
      )}
      <ToggleField
        label={__('Other defaults in the chart of accounts', 'ar-bridge')}
        help={__('Such as its own company segment.', 'ar-bridge')}
        checked={unit.segmentDefaults !== undefined}
        onChange={(on) => set(own(unit, 'segmentDefaults', on ? {} : undefined))}
      />
      {unit.segmentDefaults && (
        <div className="arb-form is-narrow">
          {segments.map((segment) => (
            <SegmentPicker
              key={segment.name}
              segment={segment}
              label={segment.name}
              placeholder={segment.default}
              error={errors[`${at}.segmentDefaults.${segment.name}`]}
              value={unit.segmentDefaults?.[segment.name] ?? ''}
              onChange={(value) => set({ ...unit, segmentDefaults: optional(unit.segmentDefaults ?? {}, segment.name, value) })}
            />
          ))}
        </div>
      )}
    </div>
  );
}

/** With the part, or without it: absent means "as above". */
function own<K extends keyof Unit>(unit: Unit, name: K, part: Unit[K]): Unit {
  const { [name]: _before, ...rest } = unit;
  return (part === undefined ? rest : { ...rest, [name]: part }) as Unit;
}
