import { useSelect } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { AreaField, SelectField, TextField } from '../../components/fields.tsx';
import { ReferencePicker } from '../../components/picker.tsx';
import { SegmentPicker } from '../../components/segment-picker.tsx';
import { COMMENT_LENGTH, type RuleKind, type RuleOutcome, type Setup } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { settingName } from '../../labels.ts';
import { FlexfieldFields } from './flexfield-fields.tsx';
import { accountOf } from './rule-words.ts';

interface OutcomeFieldsProps {
  kind: RuleKind;
  outcome: RuleOutcome;
  setup: Setup | null;
  errors: Record<string, string>;
  /** Of the fieldset. */
  legend?: string;
  onChange: (outcome: RuleOutcome) => void;
}

type Named = Exclude<keyof RuleOutcome, 'segments' | 'flexAttributes' | 'customerPolicy'>;

/** What a rule gives, by its kind: segments of an account, a tax code, a receipt method, names of the set-up, attributes. */
export function OutcomeFields({ legend = __('Then', 'ar-bridge'), ...props }: OutcomeFieldsProps) {
  return (
    <fieldset className="arb-fieldset">
      <legend>{legend}</legend>
      <FieldsOfKind {...props} />
    </fieldset>
  );
}

function FieldsOfKind({ kind, outcome, setup, errors, onChange }: Omit<OutcomeFieldsProps, 'legend'>) {
  const field = (name: Named) => ({
    label: settingName(name),
    error: errors[`outcome.${name}`],
    value: outcome[name] ?? '',
    onChange: (value: string) => {
      const { [name]: _before, ...others } = outcome;
      onChange(value === '' ? others : { ...others, [name]: value });
    },
  });
  switch (kind) {
    case 'tax':
      // With tax on an account, a rate is an invoice line of its own and its rule names the account.
      if (setup?.taxMode === 'account' || outcome.segments !== undefined) break;
      return (
        <div className="arb-form">
          <TaxRatePicker outcome={outcome} error={errors['outcome.taxRateCode']} onChange={onChange} />
          <TextField {...field('taxRegime')} />
          <ReferencePicker list="taxClassifications" {...field('taxClassification')} />
        </div>
      );
    case 'no-tax':
      return (
        <div className="arb-form">
          <ReferencePicker list="taxClassifications" {...field('taxClassification')} />
        </div>
      );
    case 'receipt-method':
      return (
        <div className="arb-form">
          <ReferencePicker list="receiptMethods" {...field('receiptMethod')} />
          <TextField {...field('remittanceBankAccount')} help={__('Empty: the method’s primary account.', 'ar-bridge')} />
          <AreaField
            {...field('comments')}
            help={__(
              'Filled in are {order}, {gateway}, {transaction}, {fee} and {meta:key} of the order’s meta. Empty: order, gateway, transaction and fee in our own words.',
              'ar-bridge',
            )}
            maxLength={COMMENT_LENGTH}
          />
        </div>
      );
    case 'transaction-type':
      return (
        <>
          <p className="arb-quiet">{__('What is left empty comes from the business set-up.', 'ar-bridge')}</p>
          <div className="arb-form">
            <ReferencePicker list="transactionSources" {...field('transactionSource')} />
            <ReferencePicker list="invoiceTypes" {...field('invoiceType')} />
            <ReferencePicker list="creditMemoTypes" {...field('creditMemoType')} />
            <ReferencePicker list="paymentTerms" {...field('paymentTerms')} />
          </div>
        </>
      );
    case 'business-unit':
      return (
        <div className="arb-form">
          <SelectField
            {...field('businessUnit')}
            help={__('Units are added under Connections, Business set-up.', 'ar-bridge')}
            options={[
              { value: '', label: __('Choose…', 'ar-bridge') },
              ...unitsOf(setup, outcome.businessUnit).map((unit) => ({ value: unit, label: unit })),
            ]}
          />
        </div>
      );
    case 'customer-policy':
      return (
        <div className="arb-form">
          <SelectField
            label={settingName('customerPolicy')}
            error={errors['outcome.customerPolicy']}
            value={outcome.customerPolicy ?? ''}
            options={[
              { value: '', label: __('Choose…', 'ar-bridge') },
              { value: 'own', label: __('An account of their own', 'ar-bridge') },
              { value: 'shared', label: __('A shared account', 'ar-bridge') },
            ]}
            onChange={(policy) => {
              const { customerPolicy: _before, accountNumber, ...others } = outcome;
              if (policy === '') onChange(others);
              else if (policy === 'own') onChange({ ...others, customerPolicy: 'own' });
              else onChange({ ...others, ...(accountNumber && { accountNumber }), customerPolicy: 'shared' });
            }}
          />
          {outcome.customerPolicy === 'shared' && <ReferencePicker list="sharedAccounts" {...field('accountNumber')} />}
        </div>
      );
    case 'descriptive-flexfield':
    case 'line-flexfield':
      return <FlexfieldFields outcome={outcome} errors={errors} onChange={onChange} />;
  }
  return (
    <>
      <SegmentFields outcome={outcome} setup={setup} errors={errors} onChange={onChange} />
      <div className="arb-form">
        <ReferencePicker list="memoLines" {...field('memoLine')} help={__('Empty: the line stands without one.', 'ar-bridge')} />
      </div>
    </>
  );
}

/** The set-up's units; one that it no longer has stays visible while it is chosen. */
const unitsOf = (setup: Setup | null, chosen: string | undefined): string[] =>
  [
    ...new Set(
      [setup?.businessUnit, ...(setup?.businessUnits ?? []).map((unit) => unit.businessUnit), chosen].filter((unit) => !!unit),
    ),
  ] as string[];

interface TaxRatePickerProps {
  outcome: RuleOutcome;
  error: string | undefined;
  onChange: (outcome: RuleOutcome) => void;
}

/** A rate code is unique within its regime only: Oracle's list names both, and choosing one fills in both. */
function TaxRatePicker({ outcome, error, onChange }: TaxRatePickerProps) {
  const rows = useSelect((select) => select(store).getReference('taxRates').data?.rows ?? NO_ROWS, []);
  const { taxRegime, taxRateCode = '', ...others } = outcome;
  const key = taxRegime && taxRateCode ? `${taxRegime} / ${taxRateCode}` : taxRateCode;
  const choose = (chosen: string) => {
    const { regime, rateCode } = rows.find((row) => row.key === chosen)?.extra ?? {};
    const [typedRegime, typedCode] = chosen.split(' / ');
    if (chosen === '') onChange({ ...others, ...(taxRegime && { taxRegime }) });
    else if (regime && rateCode) onChange({ ...others, taxRegime: regime, taxRateCode: rateCode });
    else if (typedRegime && typedCode) onChange({ ...others, taxRegime: typedRegime, taxRateCode: typedCode });
    else onChange({ ...others, ...(taxRegime && { taxRegime }), taxRateCode: chosen });
  };
  return (
    <ReferencePicker
      list="taxRates"
      label={settingName('taxRateCode')}
      error={error}
      value={rows.some((row) => row.key === key) ? key : taxRateCode}
      onChange={choose}
    />
  );
}

const NO_ROWS: never[] = [];

function SegmentFields({ outcome, setup, errors, onChange }: Omit<OutcomeFieldsProps, 'kind' | 'legend'>) {
  const segments = outcome.segments ?? {};
  // Without a set-up the chart of accounts has no names yet: the rule's own are shown.
  const template: Setup['segments'] = setup?.segments ?? Object.keys(segments).map((name) => ({ name }));
  const set = (name: string, value: string) => {
    const { [name]: _before, ...others } = segments;
    const next = value === '' ? others : { ...others, [name]: value };
    const { segments: _segments, ...rest } = outcome;
    onChange(Object.keys(next).length === 0 ? rest : { ...rest, segments: next });
  };
  if (template.length === 0) {
    return (
      <p className="arb-quiet">
        {__(
          'Name the segments of your chart of accounts under Connections, Business set-up; then they can be chosen here.',
          'ar-bridge',
        )}
      </p>
    );
  }
  const account = accountOf(outcome, setup);
  return (
    <>
      <div className="arb-form is-narrow">
        {template.map((segment) => {
          const { name } = segment;
          const preset = setup?.defaultSegments?.[name] ?? segment.default;
          return (
            <SegmentPicker
              key={name}
              segment={segment}
              label={name}
              error={errors[`outcome.segments.${name}`]}
              help={
                /* translators: %s: value of a segment */
                preset ? sprintf(__('Empty: %s', 'ar-bridge'), preset) : __('No default: a rule must name it.', 'ar-bridge')
              }
              placeholder={preset}
              value={segments[name] ?? ''}
              onChange={(value) => set(name, value)}
            />
          );
        })}
      </div>
      <p role="status">
        {__('Account:', 'ar-bridge')}{' '}
        {account ? (
          <code className="arb-account">{account}</code>
        ) : (
          <span className="arb-quiet">{__('not whole yet', 'ar-bridge')}</span>
        )}
      </p>
    </>
  );
}
