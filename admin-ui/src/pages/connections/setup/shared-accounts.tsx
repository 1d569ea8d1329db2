import { __, sprintf } from '@wordpress/i18n';
import { TextField } from '../../../components/fields.tsx';
import { RowsField } from '../../../components/rows-field.tsx';
import type { Setup } from '../../../data/contract.ts';
import { optional } from './empty-setup.ts';

type SharedAccount = Setup['customers']['sharedAccounts'][number];

interface SharedAccountsProps {
  accounts: SharedAccount[];
  /** Path of the list in the set-up. */
  at: string;
  errors: Record<string, string>;
  onChange: (accounts: SharedAccount[]) => void;
}

/** Accounts that many customers share, by currency and country. */
export function SharedAccounts({ accounts, at, errors, onChange }: SharedAccountsProps) {
  return (
    <fieldset className="arb-fieldset">
      <legend>{__('Shared accounts', 'ar-bridge')}</legend>
      <p className="arb-quiet">
        {__(
          'Currency and country may stay empty. An order goes to the account that names both of its own, else one of them, else to the one for the rest.',
          'ar-bridge',
        )}
      </p>
      <RowsField
        rows={accounts}
        add={__('Add a shared account', 'ar-bridge')}
        blank={{ accountNumber: '' }}
        rowName={__('shared account', 'ar-bridge')}
        onChange={onChange}
        fields={(account, set, index) => (
          <SharedAccountFields account={account} set={set} index={index} errorAt={(name) => errors[`${at}.${index}.${name}`]} />
        )}
      />
    </fieldset>
  );
}

interface SharedAccountFieldsProps {
  account: SharedAccount;
  set: (account: SharedAccount) => void;
  index: number;
  errorAt: (name: keyof SharedAccount) => string | undefined;
}

function SharedAccountFields({ account, set, index, errorAt }: SharedAccountFieldsProps) {
  return (
    <>
      <TextField
        /* translators: %d: number of a row */
        label={sprintf(__('Account %d: number', 'ar-bridge'), index + 1)}
        error={errorAt('accountNumber')}
        value={account.accountNumber}
        onChange={(accountNumber) => set({ ...account, accountNumber })}
      />
      <TextField
        label={__('Site (optional)', 'ar-bridge')}
        error={errorAt('site')}
        value={account.site ?? ''}
        onChange={(site) => set(optional(account, 'site', site))}
      />
      <TextField
        label={__('Currency', 'ar-bridge')}
        error={errorAt('currency')}
        value={account.currency ?? ''}
        onChange={(currency) => set(optional(account, 'currency', currency.toUpperCase()))}
        input={{ maxLength: 3, placeholder: __('any', 'ar-bridge') }}
      />
      <TextField
        label={__('Country', 'ar-bridge')}
        error={errorAt('country')}
        value={account.country ?? ''}
        onChange={(country) => set(optional(account, 'country', country.toUpperCase()))}
        input={{ maxLength: 2, placeholder: __('any', 'ar-bridge') }}
      />
    </>
  );
}
