import { ComboboxControl } from '@wordpress/components';
import { useSelect } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import type { ReferenceListView } from '../data/contract.ts';
import { store } from '../data/store.ts';
import { day } from '../format.ts';
import { useRested } from '../hooks/timing.ts';
import { classOf, helpOf, type Option, TextField } from './fields.tsx';

type ReferenceRow = ReferenceListView['rows'][number];

export interface PickerProps {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string | undefined;
  disabled?: boolean;
}

interface OptionPickerProps extends PickerProps {
  options: Option[];
  /** A value that no option has may be typed: the list may be older than the other system. */
  openEnded?: boolean;
  onType?: (typed: string) => void;
}

/** A list that is searched by typing. */
export function OptionPicker({ options, openEnded = false, onType, ...field }: OptionPickerProps) {
  const { label, help, error, value, onChange, placeholder, disabled = false } = field;
  const [typed, setTyped] = useState('');
  if (disabled) return <TextField {...field} onChange={onChange} disabled />;
  const unlisted = [value, openEnded ? typed.trim() : ''].filter(
    (each, at, all) => each !== '' && all.indexOf(each) === at && !options.some((option) => option.value === each),
  );
  return (
    <ComboboxControl
      __next40pxDefaultSize
      __nextHasNoMarginBottom
      className={classOf(error)}
      label={label}
      help={helpOf(error, help)}
      {...(placeholder !== undefined && { placeholder })}
      value={value || null}
      options={[
        ...options,
        /* translators: %s: a value that was typed */
        ...unlisted.map((each) => ({ value: each, label: sprintf(__('%s (not in the list)', 'ar-bridge'), each) })),
      ]}
      onFilterValueChange={(now) => {
        setTyped(now);
        onType?.(now);
      }}
      onChange={(chosen) => onChange(chosen ?? '')}
    />
  );
}

/** A value of one of Oracle's lists, as they were pulled last; without a list it is typed. */
export function ReferencePicker({ list, ...field }: PickerProps & { list: string }) {
  const [typed, setTyped] = useState('');
  const search = useRested(typed.trim());
  const { all, found } = useSelect(
    (select) => ({
      all: select(store).getReference(list),
      found: search === '' ? null : select(store).getReference(list, search),
    }),
    [list, search],
  );
  const rows = (found?.data ?? all.data)?.rows ?? [];
  if (all.data?.rows.length === 0 || (all.data === null && all.failure)) {
    return (
      <TextField
        {...field}
        help={field.help ?? __('Oracle’s list is not here yet: type the name as Oracle writes it.', 'ar-bridge')}
      />
    );
  }
  return <OptionPicker {...field} options={rows.map(optionOf)} openEnded onType={setTyped} />;
}

const optionOf = (row: ReferenceRow): Option => ({ value: row.key, label: rowLabel(row), disabled: !row.enabled });

/** Key and name, and what is to be known before it is chosen. */
export function rowLabel(row: ReferenceRow): string {
  const name = row.label === '' || row.label === row.key ? row.key : `${row.key} · ${row.label}`;
  /* translators: %s: name of a value */
  if (!row.enabled) return sprintf(__('%s (disabled in Oracle)', 'ar-bridge'), name);
  /* translators: 1: name of a value, 2: a day */
  return row.endDate ? sprintf(__('%1$s (until %2$s)', 'ar-bridge'), name, day(row.endDate)) : name;
}
