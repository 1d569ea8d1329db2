import { TextareaControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { SelectField, TextField } from '../../components/fields.tsx';
import { ReferencePicker } from '../../components/picker.tsx';
import { SegmentPicker } from '../../components/segment-picker.tsx';
import type { RuleKind, RuleOutcome, Setup } from '../../data/contract.ts';
import { settingName } from '../../labels.ts';
import { accountOf } from './rule-words.ts';

interface OutcomeFieldsProps {
  kind: RuleKind;
  outcome: RuleOutcome;
  setup: Setup | null;
  errors: Record<string, string>;
  onChange: (outcome: RuleOutcome) => void;
}

type Named = Exclude<keyof RuleOutcome, 'segments' | 'flexAttributes' | 'customerPolicy'>;

/** What the rule gives: segments of an account, a tax code, or a receipt method. */
export function OutcomeFields({ kind, outcome, setup, errors, onChange }: OutcomeFieldsProps) {
  const field = (name: Named) => ({
    label: settingName(name),
    error: errors[`outcome.${name}`],
    value: outcome[name] ?? '',
    onChange: (value: string) => {
      const { [name]: _before, ...others } = outcome;
      onChange(value === '' ? others : { ...others, [name]: value });
    },
  });
  // With tax on an account, a rate is an invoice line of its own and its rule names the account.
  const onAccount = setup?.taxMode === 'account' || outcome.segments !== undefined;
  return (
    <fieldset className="arb-fieldset">
      <legend>{__('Then', 'ar-bridge')}</legend>
      {kind === 'tax' && !onAccount ? (
        <div className="arb-form">
          <ReferencePicker list="taxRates" {...field('taxRateCode')} />
          <TextField {...field('taxRegime')} />
          <ReferencePicker list="taxClassifications" {...field('taxClassification')} />
        </div>
      ) : kind === 'receipt-method' ? (
        <div className="arb-form">
          <ReferencePicker list="receiptMethods" {...field('receiptMethod')} />
          <TextField {...field('remittanceBankAccount')} help={__('Empty: the method’s primary account.', 'ar-bridge')} />
        </div>
      ) : kind === 'transaction-type' ? (
        <div className="arb-form">
          <ReferencePicker list="transactionSources" {...field('transactionSource')} />
          <ReferencePicker list="invoiceTypes" {...field('invoiceType')} />
          <ReferencePicker list="creditMemoTypes" {...field('creditMemoType')} />
          <ReferencePicker list="paymentTerms" {...field('paymentTerms')} />
        </div>
      ) : kind === 'business-unit' ? (
        <div className="arb-form">
          <SelectField
            label={settingName('businessUnit')}
            error={errors['outcome.businessUnit']}
            value={outcome.businessUnit ?? ''}
            options={[
              { value: '', label: setup?.businessUnit || __('The set-up’s own', 'ar-bridge') },
              ...(setup?.businessUnits ?? []).map(({ businessUnit }) => ({ value: businessUnit, label: businessUnit })),
            ]}
            onChange={field('businessUnit').onChange}
          />
        </div>
      ) : kind === 'customer-policy' ? (
        <div className="arb-form">
          <SelectField
            label={settingName('customerPolicy')}
            error={errors['outcome.customerPolicy']}
            value={outcome.customerPolicy ?? 'own'}
            options={[
              { value: 'own', label: __('An account of their own', 'ar-bridge') },
              { value: 'shared', label: __('A shared account', 'ar-bridge') },
            ]}
            onChange={(value) => onChange({ ...outcome, customerPolicy: value === 'shared' ? 'shared' : 'own' })}
          />
          {outcome.customerPolicy === 'shared' && <TextField {...field('accountNumber')} />}
        </div>
      ) : kind === 'descriptive-flexfield' || kind === 'line-flexfield' ? (
        <FlexfieldFields outcome={outcome} context={field('flexContext')} onChange={onChange} />
      ) : (
        <>
          <SegmentFields outcome={outcome} setup={setup} errors={errors} onChange={onChange} />
          <div className="arb-form">
            <ReferencePicker
              list="memoLines"
              {...field('memoLine')}
              help={__('Empty: the line stands without one.', 'ar-bridge')}
            />
          </div>
        </>
      )}
    </fieldset>
  );
}

/** One attribute per line, `segment = value`; a value may take order or line meta as `{meta:key}`. */
function FlexfieldFields({
  outcome,
  context,
  onChange,
}: Pick<OutcomeFieldsProps, 'outcome' | 'onChange'> & { context: Parameters<typeof TextField>[0] }) {
  const [text, setText] = useState(
    Object.entries(outcome.flexAttributes ?? {})
      .map(([name, value]) => `${name} = ${value}`)
      .join('\n'),
  );
  return (
    <div className="arb-form">
      <TextField {...context} />
      <TextareaControl
        __nextHasNoMarginBottom
        label={settingName('flexAttributes')}
        help={__('One per line: name = value. {meta:key} takes the order’s or line’s own meta.', 'ar-bridge')}
        value={text}
        onChange={(next) => {
          setText(next);
          const pairs = next.split('\n').flatMap((line) => {
            const at = line.indexOf('=');
            const name = line.slice(0, at).trim();
            return at > 0 && name ? [[name, line.slice(at + 1).trim()] as const] : [];
          });
          onChange({ ...outcome, flexAttributes: Object.fromEntries(pairs) });
        }}
      />
    </div>
  );
}

function SegmentFields({ outcome, setup, errors, onChange }: Omit<OutcomeFieldsProps, 'kind'>) {
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
