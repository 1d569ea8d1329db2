import { Modal } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Id, Nothing } from '../../components/id.tsx';
import type { StoreSearch } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { useAct } from '../../hooks/act.ts';
import { go, urlOf } from '../../hooks/route.ts';
import { LinkModal } from './link-modal.tsx';
import { SearchForm } from './search-form.tsx';

type Found = StoreSearch['customers'][number];

/** Customers of the store, also those who have not bought yet: one of them can be linked before the first order. */
export function FindInStore({ onClose }: { onClose: () => void }) {
  const act = useAct();
  const { searchStore } = useDispatch(store);
  const [found, setFound] = useState<Found[] | null>(null);
  const [chosen, setChosen] = useState<Found | null>(null);
  const search = async (text: string) => {
    const outcome = await act.run('search', () => searchStore(text));
    if (outcome.ok) setFound(outcome.value.customers);
  };
  if (chosen) {
    return (
      <LinkModal
        id={chosen.id}
        name={nameIn(chosen)}
        onClose={onClose}
        onLinked={() => go(urlOf('customers', { customer: chosen.id }))}
      />
    );
  }
  const columns: Column<Found>[] = [
    {
      id: 'customer',
      header: __('Customer', 'ar-bridge'),
      heads: true,
      cell: (row) => (
        <>
          {nameIn(row)}
          <span className="arb-sub">{[`#${row.customerId}`, row.email, row.company].filter(Boolean).join(' · ')}</span>
        </>
      ),
    },
    {
      id: 'account',
      header: __('Oracle account', 'ar-bridge'),
      cell: (row) => (row.accountNumber ? <Id>{row.accountNumber}</Id> : <Nothing />),
    },
    {
      id: 'choose',
      header: __('Choose', 'ar-bridge'),
      quietHeader: true,
      align: 'end',
      cell: (row) => (
        <ActButton
          act={act}
          name={row.id}
          onClick={() => (row.accountNumber ? go(urlOf('customers', { customer: row.id })) : setChosen(row))}
          label={sprintf(
            /* translators: %s: name of a customer */
            row.accountNumber ? __('Show %s', 'ar-bridge') : __('Link %s to an account', 'ar-bridge'),
            nameIn(row),
          )}
        >
          {row.accountNumber ? __('Show', 'ar-bridge') : __('Link', 'ar-bridge')}
        </ActButton>
      ),
    },
  ];
  return (
    <Modal title={__('Find a store customer', 'ar-bridge')} onRequestClose={onClose} size="large" className="arb-modal">
      <SearchForm
        label={__('Search in the store', 'ar-bridge')}
        help={__('Part of an e-mail address, a login or a name.', 'ar-bridge')}
        busy={act.busy === 'search'}
        onSearch={(text) => void search(text)}
      />
      <ActFailure act={act} />
      <div role="status">{found?.length === 0 && <p>{__('The store shows no customer for this.', 'ar-bridge')}</p>}</div>
      {found && found.length > 0 && (
        <DataTable caption={__('Customers of the store', 'ar-bridge')} columns={columns} rows={found} keyOf={(row) => row.id} />
      )}
    </Modal>
  );
}

const nameIn = ({ name, email, customerId }: Found): string => name || email || `#${customerId}`;
