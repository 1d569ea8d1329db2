import { __ } from '@wordpress/i18n';
import { CustomerPicker } from '../../components/customer-picker.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { type Option, SelectField, TextField } from '../../components/fields.tsx';
import { OptionPicker } from '../../components/picker.tsx';
import { type Catalogue, CONDITIONS, type RuleConditions, type RuleKind } from '../../data/contract.ts';
import { settingName } from '../../labels.ts';
import { categoryPaths, NO_RATE, noRateLabel, taxRateLabel } from './rule-words.ts';

type Name = keyof RuleConditions;

const PRODUCT: Name[] = ['sku', 'skuPattern', 'categoryId', 'productType', 'taxClass'];
/** What a rule of each kind is usually about. */
const SUBJECTS: Record<RuleKind, Name[]> = {
  revenue: PRODUCT,
  discount: PRODUCT,
  shipping: ['shippingMethod'],
  fee: ['feeName'],
  rounding: ['currency'],
  tax: ['taxRateId', 'taxClass'],
  'no-tax': ['taxClass', 'country', 'role'],
  'receipt-method': ['gateway', 'currency'],
  tender: ['feeName', 'currency'],
  'transaction-type': ['currency', 'country', 'gateway'],
  'business-unit': ['country', 'currency', 'gateway'],
  'customer-policy': ['role', 'country', 'currency'],
  'descriptive-flexfield': ['country', 'gateway'],
  'line-flexfield': PRODUCT,
};

interface ConditionFieldsProps {
  kind: RuleKind;
  when: RuleConditions;
  catalogue: Catalogue | null;
  errors: Record<string, string>;
  legend?: string;
  about?: string;
  /** Not offered. */
  without?: readonly Name[];
  onChange: (when: RuleConditions) => void;
}

/** All conditions that are filled in must hold; an empty field is no condition. */
export function ConditionFields({
  kind,
  when,
  catalogue,
  errors,
  legend = __('When', 'ar-bridge'),
  about = __('All that is filled in must hold. With nothing filled in, the rule always holds.', 'ar-bridge'),
  without = [],
  onChange,
}: ConditionFieldsProps) {
  const subjects = SUBJECTS[kind].filter((name) => !without.includes(name));
  const set = (Object.keys(when) as Name[]).filter((name) => !subjects.includes(name));
  // What the part that is asked about never has can be taken away, but not be asked for.
  const rest = [...new Set([...set, ...CONDITIONS[kind].filter((name) => !subjects.includes(name) && !without.includes(name))])];
  const field = (name: Name) => (
    <Condition
      key={name}
      name={name}
      value={when[name]}
      catalogue={catalogue}
      error={errors[`when.${name}`]}
      onChange={(value) => onChange(withCondition(when, name, value))}
    />
  );
  return (
    <fieldset className="arb-fieldset">
      <legend>{legend}</legend>
      <p className="arb-quiet">{about}</p>
      <div className="arb-form">{subjects.map(field)}</div>
      <Disclosure summary={__('More conditions', 'ar-bridge')} open={set.length > 0}>
        <div className="arb-form">{rest.map(field)}</div>
      </Disclosure>
    </fieldset>
  );
}

function withCondition(when: RuleConditions, name: Name, value: string | number | undefined): RuleConditions {
  const { [name]: _before, ...others } = when;
  return value === undefined ? others : { ...others, [name]: value };
}

interface ConditionProps {
  name: Name;
  value: string | number | undefined;
  catalogue: Catalogue | null;
  error?: string | undefined;
  onChange: (value: string | number | undefined) => void;
}

function Condition({ name, value, catalogue, error, onChange }: ConditionProps) {
  const label = settingName(name);
  const text = value === undefined ? '' : String(value);
  const setText = (typed: string) => onChange(typed === '' ? undefined : typed);
  const setNumber = (typed: string) => onChange(typed === '' ? undefined : Number(typed));
  const picker = { label, error, value: text, placeholder: __('Any', 'ar-bridge') };
  switch (name) {
    case 'categoryId':
      return (
        <OptionPicker
          {...picker}
          help={__('With all categories below it.', 'ar-bridge')}
          options={categoryPaths(catalogue?.categories ?? [])}
          onChange={setNumber}
        />
      );
    case 'taxRateId':
      return (
        <OptionPicker
          {...picker}
          options={[
            ...(catalogue?.taxRates ?? []).map((rate) => ({ value: String(rate.id), label: taxRateLabel(rate) })),
            { value: String(NO_RATE), label: noRateLabel() },
          ]}
          onChange={setNumber}
        />
      );
    case 'gateway':
      return <OptionPicker {...picker} options={titled(catalogue?.gateways)} openEnded onChange={setText} />;
    case 'shippingMethod':
      return <OptionPicker {...picker} options={titled(catalogue?.shippingMethods)} openEnded onChange={setText} />;
    case 'productType':
      return (
        <OptionPicker
          {...picker}
          options={['simple', 'variable', 'grouped', 'external', 'subscription'].map((type) => ({ value: type, label: type }))}
          openEnded
          onChange={setText}
        />
      );
    case 'taxClass':
      return (
        <SelectField
          label={label}
          error={error}
          value={value === undefined ? ANY : text}
          options={taxClasses(catalogue)}
          onChange={(chosen) => onChange(chosen === ANY ? undefined : chosen)}
        />
      );
    case 'customerId':
      return (
        <CustomerPicker
          {...picker}
          help={__('By name, e-mail or id. Such a rule comes before every rule that names no customer.', 'ar-bridge')}
          onChange={setNumber}
        />
      );
    case 'country':
    case 'currency':
      return (
        <TextField
          label={label}
          help={name === 'country' ? __('Two letters, such as US.', 'ar-bridge') : __('Three letters, such as EUR.', 'ar-bridge')}
          error={error}
          value={text}
          onChange={(typed) => setText(typed.toUpperCase())}
          input={{ maxLength: name === 'country' ? 2 : 3 }}
        />
      );
    case 'skuPattern':
      return (
        <TextField
          label={label}
          help={__('A star stands for any characters: MUG-*', 'ar-bridge')}
          error={error}
          value={text}
          onChange={setText}
        />
      );
    case 'feeName':
      return (
        <TextField
          label={label}
          help={__('Capitals do not count, and a star stands for any characters: Tip*', 'ar-bridge')}
          error={error}
          value={text}
          onChange={setText}
        />
      );
    default:
      return <TextField label={label} error={error} value={text} onChange={setText} />;
  }
}

const ANY = '*';

/** WooCommerce calls the standard class `standard` on rates and leaves it empty on lines. */
function taxClasses(catalogue: Catalogue | null): Option[] {
  const named = new Set((catalogue?.taxRates ?? []).map((rate) => rate.class).filter((each) => each && each !== 'standard'));
  return [
    { value: ANY, label: __('Any', 'ar-bridge') },
    { value: '', label: __('Standard', 'ar-bridge') },
    ...[...named].map((each) => ({ value: each, label: each })),
  ];
}

const titled = (rows: readonly { id: string; title: string }[] | undefined): Option[] =>
  (rows ?? []).map(({ id, title }) => ({ value: id, label: title && title !== id ? `${title} (${id})` : id }));
