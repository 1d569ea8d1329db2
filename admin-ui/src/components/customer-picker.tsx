import { useSelect } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import type { StoreSearch } from '../data/contract.ts';
import { store } from '../data/store.ts';
import { useRested } from '../hooks/timing.ts';
import type { Option } from './fields.tsx';
import { OptionPicker, type PickerProps } from './picker.tsx';

/** A customer of the store, looked for by name or e-mail; the value is WooCommerce's id. An id can be typed where the store is away. */
export function CustomerPicker({ value, help, ...field }: PickerProps) {
  const [typed, setTyped] = useState('');
  const search = useRested(typed.trim());
  const [listed, setListed] = useState<readonly Option[]>([]);
  const { found, known } = useSelect(
    (select) => ({
      found: search.length < SHORTEST || isId(search) ? null : select(store).getStoreCustomers(search),
      known: value === '' ? null : select(store).getCustomers({ search: value, perPage: 5 }),
    }),
    [search, value],
  );
  const options = found?.data?.customers.map(optionOf) ?? [];
  const chosen =
    [...options, ...listed].find((option) => option.value === value) ??
    known?.data?.customers.filter(({ customerId }) => String(customerId) === value).map(mapped)[0];
  return (
    <OptionPicker
      {...field}
      help={
        found?.failure
          ? __('The store cannot be asked right now: type the id of the customer.', 'ar-bridge')
          : (help ?? __('Part of a name or an e-mail address, or the id.', 'ar-bridge'))
      }
      value={value}
      options={[...(chosen ? [chosen] : []), ...options.filter((option) => option.value !== chosen?.value)]}
      openEnded={isId(typed.trim())}
      onType={setTyped}
      onChange={(id) => {
        setListed(options.filter((option) => option.value === id));
        field.onChange(id);
      }}
    />
  );
}

/** The store looks for two letters or more. */
const SHORTEST = 2;
const isId = (text: string): boolean => /^[1-9]\d{0,9}$/.test(text);

const optionOf = ({ customerId, name, email, company, accountNumber }: StoreSearch['customers'][number]): Option => ({
  value: String(customerId),
  label: words([name, email, company], customerId, accountNumber),
});

function mapped(row: {
  customerId: number | null;
  name: string | null;
  label: string | null;
  account: { number: string } | null;
}) {
  return {
    value: String(row.customerId),
    label: words([row.name, row.label], row.customerId, row.account?.number ?? null),
  };
}

/** `Ada Byron · ada@example.org · #12 · account 40017` */
const words = (names: readonly (string | null)[], id: number | null, account: string | null): string =>
  [
    ...names.filter(Boolean),
    `#${id}`,
    account && /* translators: %s: number of an Oracle account */ sprintf(__('account %s', 'ar-bridge'), account),
  ]
    .filter(Boolean)
    .join(' · ');
