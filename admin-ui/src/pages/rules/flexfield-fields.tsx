import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { TextField } from '../../components/fields.tsx';
import { RowsField } from '../../components/rows-field.tsx';
import type { RuleOutcome } from '../../data/contract.ts';
import { settingName } from '../../labels.ts';

interface FlexfieldFieldsProps {
  outcome: RuleOutcome;
  errors: Record<string, string>;
  onChange: (outcome: RuleOutcome) => void;
}

type Row = readonly [name: string, value: string];

/** Context and attributes of a descriptive flexfield. Rows without a name are kept here only, while they are being typed. */
export function FlexfieldFields({ outcome, errors, onChange }: FlexfieldFieldsProps) {
  const [rows, setRows] = useState<Row[]>(() => {
    const given = Object.entries(outcome.flexAttributes ?? {});
    return given.length > 0 ? given : [['', '']];
  });
  const change = (next: Row[]) => {
    setRows(next);
    const { flexAttributes: _before, ...rest } = outcome;
    const named = next.filter(([name]) => name.trim() !== '').map(([name, value]) => [name.trim(), value]);
    onChange(named.length > 0 ? { ...rest, flexAttributes: Object.fromEntries(named) } : rest);
  };
  const setContext = (flexContext: string) => {
    const { flexContext: _before, ...rest } = outcome;
    onChange(flexContext === '' ? rest : { ...rest, flexContext });
  };
  return (
    <div className="arb-stack is-tight">
      <div className="arb-form">
        <TextField
          label={settingName('flexContext')}
          help={__('Empty: the global segments.', 'ar-bridge')}
          error={errors['outcome.flexContext']}
          value={outcome.flexContext ?? ''}
          onChange={setContext}
        />
      </div>
      <p className="arb-quiet">
        {__('In a value, {meta:gift_note} stands for what the order or the line holds under that meta key.', 'ar-bridge')}
      </p>
      <RowsField
        rows={rows}
        add={__('Add an attribute', 'ar-bridge')}
        blank={['', ''] as Row}
        rowName={__('attribute', 'ar-bridge')}
        fields={([name, value], set) => (
          <>
            <TextField
              label={__('Attribute', 'ar-bridge')}
              value={name}
              onChange={(typed) => set([typed, value])}
              input={{ placeholder: 'attribute1' }}
            />
            <TextField
              label={__('Value', 'ar-bridge')}
              value={value}
              error={errors[`outcome.flexAttributes.${name}`]}
              onChange={(typed) => set([name, typed])}
              input={{ maxLength: 240 }}
            />
          </>
        )}
        onChange={change}
      />
    </div>
  );
}
