import { useSelect } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { Setup } from '../data/contract.ts';
import { store } from '../data/store.ts';
import { useRested } from '../hooks/timing.ts';
import { TextField } from './fields.tsx';
import { OptionPicker, type PickerProps, rowLabel } from './picker.tsx';

/**
 * A value of one segment of the chart of accounts. Oracle lists values by value set (`NW_ACCOUNT/41000`, domain/setup.ts
 * segmentValueKey): a segment whose value set is not named, or whose list was not pulled, is typed.
 */
export function SegmentPicker({ segment, ...field }: PickerProps & { segment: Setup['segments'][number] }) {
  const [typed, setTyped] = useState('');
  const search = useRested(typed.trim());
  const prefix = segment.valueSet ? `${segment.valueSet}/` : '';
  const { all, found } = useSelect(
    (select) => ({
      all: prefix === '' ? null : select(store).getReference('segmentValues', prefix).data,
      found: prefix === '' || search === '' ? null : select(store).getReference('segmentValues', prefix + search).data,
    }),
    [prefix, search],
  );
  // A long list comes in part: what was typed is asked for as well. A name is found among what came.
  const listed = [...(all?.rows ?? []), ...(found?.rows ?? [])].filter(({ key }) => key.startsWith(prefix));
  const rows = new Map(listed.map((row) => [row.key, row]));
  if (rows.size === 0 && search === '') {
    return <TextField {...field} help={field.help || __('Type the value as Oracle writes it.', 'ar-bridge')} />;
  }
  const options = [...rows.values()].map((row) => {
    const value = row.key.slice(prefix.length);
    return { value, label: rowLabel({ ...row, key: value }), disabled: !row.enabled };
  });
  return <OptionPicker {...field} options={options} openEnded onType={setTyped} />;
}
