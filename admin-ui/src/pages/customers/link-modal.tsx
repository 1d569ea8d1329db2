import { Modal } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Id } from '../../components/id.tsx';
import type { CustomerChanged, OracleSearch } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { count } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { SearchForm } from './search-form.tsx';

type Account = OracleSearch['accounts'][number];

interface LinkModalProps {
  /** The customer's id, as the list gives it. */
  id: string;
  name: string;
  onClose: () => void;
  onLinked?: () => void;
}

/** What a link did, for the notice. */
export const linkedText = ({ customer, released }: CustomerChanged): string =>
  released === 0
    ? /* translators: %s: account number */
      sprintf(__('Linked to account %s.', 'ar-bridge'), customer.account?.number ?? '')
    : sprintf(
        /* translators: 1: account number, 2: number of orders */
        _n('Linked to account %1$s; %2$s order goes on.', 'Linked to account %1$s; %2$s orders go on.', released, 'ar-bridge'),
        customer.account?.number ?? '',
        count(released),
      );

/** Chooses an account out of Oracle's, for one customer. */
export function LinkModal({ id, name, onClose, onLinked }: LinkModalProps) {
  const act = useAct();
  const { searchOracle, linkCustomer } = useDispatch(store);
  const [found, setFound] = useState<Account[] | null>(null);
  const search = async (text: string) => {
    const outcome = await act.run('search', () => searchOracle(text));
    if (outcome.ok) setFound(outcome.value.accounts);
  };
  const link = async (account: string) => {
    const outcome = await act.run(account, () => linkCustomer(id, account), linkedText);
    if (!outcome.ok) return;
    onLinked?.();
    onClose();
  };
  const columns: Column<Account>[] = [
    {
      id: 'account',
      header: __('Account', 'ar-bridge'),
      heads: true,
      cell: (account) => (
        <>
          <Id>{account.number}</Id>
          <span className="arb-sub">{account.name}</span>
        </>
      ),
    },
    {
      id: 'about',
      header: __('In Oracle', 'ar-bridge'),
      cell: ({ kind, email, postcode }) => (
        <>
          {kind === 'person' ? __('Person', 'ar-bridge') : __('Organization', 'ar-bridge')}
          <span className="arb-sub">{[email, postcode].filter(Boolean).join(' · ')}</span>
        </>
      ),
    },
    {
      id: 'billed',
      header: __('Billed to it', 'ar-bridge'),
      cell: ({ billed }) =>
        billed.length === 0
          ? __('nobody yet', 'ar-bridge')
          : billed.map((each) => each.name ?? each.label ?? __('an erased person', 'ar-bridge')).join(', '),
    },
    {
      id: 'link',
      header: __('Link', 'ar-bridge'),
      quietHeader: true,
      align: 'end',
      cell: (account) => (
        <ActButton
          act={act}
          name={account.number}
          onClick={() => void link(account.number)}
          /* translators: %s: account number */
          label={sprintf(__('Link to account %s', 'ar-bridge'), account.number)}
        >
          {__('Link', 'ar-bridge')}
        </ActButton>
      ),
    },
  ];
  return (
    <Modal
      /* translators: %s: name of a customer */
      title={sprintf(__('Link %s to an account', 'ar-bridge'), name)}
      onRequestClose={onClose}
      size="large"
      className="arb-modal"
    >
      <p>
        {__(
          'Later orders are billed to the account you choose, and orders that wait for this customer go on. What was posted stays where it is. Changes of name and address in the store no longer go to Oracle.',
          'ar-bridge',
        )}
      </p>
      <SearchForm
        label={__('Search in Oracle', 'ar-bridge')}
        help={__('An account number, an e-mail address, or the beginning of a name.', 'ar-bridge')}
        busy={act.busy === 'search'}
        onSearch={(text) => void search(text)}
      />
      <ActFailure act={act} />
      <div role="status">
        {found?.length === 0 && <p>{__('Oracle shows no account for this.', 'ar-bridge')}</p>}
        {found && found.length > 0 && (
          <p className="screen-reader-text">
            {/* translators: %s: number of accounts */}
            {sprintf(_n('%s account found', '%s accounts found', found.length, 'ar-bridge'), count(found.length))}
          </p>
        )}
      </div>
      {found && found.length > 0 && (
        <DataTable
          caption={__('Accounts in Oracle', 'ar-bridge')}
          columns={columns}
          rows={found}
          keyOf={(account) => account.number}
        />
      )}
    </Modal>
  );
}
