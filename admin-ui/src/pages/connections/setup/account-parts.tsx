import { useSelect } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { TextField, ToggleField } from '../../../components/fields.tsx';
import { OptionPicker } from '../../../components/picker.tsx';
import { RowsField } from '../../../components/rows-field.tsx';
import { Section } from '../../../components/section.tsx';
import { SegmentPicker } from '../../../components/segment-picker.tsx';
import { store } from '../../../data/store.ts';
import { optional } from './empty-setup.ts';
import type { PartProps } from './setup-section.tsx';

/** The chart of accounts: its segments in order, what stands where no rule says otherwise, and the account of last resort. */
export function AccountParts({ setup, errors, change }: PartProps) {
  const { segments, segmentSeparator, defaultSegments } = setup;
  const listed = useSelect((select) => select(store).getReference('segmentValues'), []).data?.rows ?? [];
  const valueSets = [...new Set(listed.map(({ key }) => key.slice(0, key.lastIndexOf('/'))))].map((set) => ({
    value: set,
    label: set,
  }));
  const example = segments.map(({ name, default: preset }) => preset || name || '…').join(segmentSeparator);
  return (
    <Section
      title={__('Chart of accounts', 'ar-bridge')}
      about={__(
        'The segments of an account combination, in Oracle’s order. A rule names what differs; the rest comes from here. With its value set named, a segment’s values can be chosen from Oracle’s list and are checked.',
        'ar-bridge',
      )}
    >
      <div className="arb-stack is-tight">
        <RowsField
          rows={segments}
          add={__('Add a segment', 'ar-bridge')}
          blank={{ name: '' }}
          rowName={__('segment', 'ar-bridge')}
          least={1}
          onChange={(rows) => change({ segments: rows })}
          fields={(segment, set, index) => (
            <>
              <TextField
                /* translators: %d: number of a segment */
                label={sprintf(__('Segment %d: name', 'ar-bridge'), index + 1)}
                error={errors[`segments.${index}.name`]}
                value={segment.name}
                onChange={(name) => set({ ...segment, name })}
                input={{ maxLength: 30, placeholder: index === 0 ? __('Company', 'ar-bridge') : '' }}
              />
              <OptionPicker
                label={__('Value set (optional)', 'ar-bridge')}
                error={errors[`segments.${index}.valueSet`]}
                value={segment.valueSet ?? ''}
                options={valueSets}
                openEnded
                onChange={(value) => set(optional(segment, 'valueSet', value))}
              />
              <SegmentPicker
                segment={segment}
                label={__('Default (optional)', 'ar-bridge')}
                error={errors[`segments.${index}.default`]}
                value={segment.default ?? ''}
                onChange={(value) => set(optional(segment, 'default', value))}
              />
            </>
          )}
        />
        <div className="arb-form is-narrow">
          <TextField
            label={__('Separator', 'ar-bridge')}
            error={errors.segmentSeparator}
            value={segmentSeparator}
            onChange={(value) => change({ segmentSeparator: value })}
            input={{ maxLength: 1 }}
          />
          <p className="arb-example">
            {__('Written as', 'ar-bridge')} <code className="arb-account">{example}</code>
          </p>
        </div>
        <ToggleField
          label={__('Use a default account where no rule matches', 'ar-bridge')}
          help={__('Off: such an order waits with “no GL account”, so that nothing is booked where nobody decided.', 'ar-bridge')}
          checked={defaultSegments !== undefined}
          onChange={(on) => change({ defaultSegments: on ? {} : undefined })}
        />
        {defaultSegments && (
          <div className="arb-form is-narrow">
            {segments
              .filter(({ name }) => name !== '')
              .map(({ name, default: preset, ...rest }) => (
                <SegmentPicker
                  key={name}
                  segment={{ name, ...rest }}
                  label={name}
                  /* translators: %s: value of a segment */
                  help={preset ? sprintf(__('Empty: %s', 'ar-bridge'), preset) : ''}
                  placeholder={preset}
                  error={errors[`defaultSegments.${name}`]}
                  value={defaultSegments[name] ?? ''}
                  onChange={(value) => change({ defaultSegments: optional(defaultSegments, name, value) })}
                />
              ))}
          </div>
        )}
      </div>
    </Section>
  );
}
