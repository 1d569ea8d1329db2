import { __, sprintf } from '@wordpress/i18n';
import { SelectField, TextField } from '../../../components/fields.tsx';
import { RowsField } from '../../../components/rows-field.tsx';
import { Section } from '../../../components/section.tsx';
import type { Setup } from '../../../data/contract.ts';
import { optional } from './empty-setup.ts';
import type { PartProps } from './setup-section.tsx';

type SharedAccount = Setup['customers']['sharedAccounts'][number];

/** Whose account an order goes to. */
export function CustomerParts({ setup, errors, change }: PartProps) {
  const { customers } = setup;
  const set = (part: Partial<Setup['customers']>) => change({ customers: { ...customers, ...part } });
  const whose = [
    { value: 'shared' as const, label: __('A shared account', 'ar-bridge') },
    { value: 'own' as const, label: __('An account of their own', 'ar-bridge') },
  ];
  return (
    <Section
      title={__('Customers', 'ar-bridge')}
      about={__('A customer Oracle already knows keeps that account; this decides about the others.', 'ar-bridge')}
    >
      <div className="arb-stack is-tight">
        <div className="arb-form">
          <SelectField
            label={__('Guests', 'ar-bridge')}
            value={customers.guests}
            options={whose}
            onChange={(guests) => set({ guests })}
          />
          <SelectField
            label={__('Registered customers', 'ar-bridge')}
            value={customers.registered}
            options={whose}
            onChange={(registered) => set({ registered })}
          />
          <SelectField
            label={__('An account is made', 'ar-bridge')}
            value={customers.createAt}
            options={[
              { value: 'first-order', label: __('At the first order', 'ar-bridge') },
              { value: 'registration', label: __('At registration', 'ar-bridge') },
            ]}
            onChange={(createAt) => set({ createAt })}
          />
          <TextField
            label={__('Source system', 'ar-bridge')}
            help={__('As registered in Trading Community; customers are found again by it.', 'ar-bridge')}
            error={errors['customers.sourceSystem']}
            value={customers.sourceSystem}
            onChange={(sourceSystem) => set({ sourceSystem })}
          />
          <TextField
            label={__('Reference data set of new sites', 'ar-bridge')}
            error={errors['customers.siteSetCode']}
            value={customers.siteSetCode}
            onChange={(siteSetCode) => set({ siteSetCode })}
          />
          <TextField
            label={__('Profile class of new accounts (optional)', 'ar-bridge')}
            error={errors['customers.profileClass']}
            value={customers.profileClass ?? ''}
            onChange={(profileClass) => change({ customers: optional(customers, 'profileClass', profileClass) })}
          />
        </div>
        <fieldset className="arb-fieldset">
          <legend>{__('Shared accounts', 'ar-bridge')}</legend>
          <p className="arb-quiet">{__('The first one that fits is taken; currency and country may stay empty.', 'ar-bridge')}</p>
          <RowsField
            rows={customers.sharedAccounts}
            add={__('Add a shared account', 'ar-bridge')}
            blank={{ accountNumber: '' }}
            rowName={__('shared account', 'ar-bridge')}
            onChange={(sharedAccounts) => set({ sharedAccounts })}
            fields={(account, setAccount, index) => (
              <SharedAccountFields account={account} set={setAccount} index={index} errors={errors} />
            )}
          />
        </fieldset>
      </div>
    </Section>
  );
}

interface SharedAccountFieldsProps {
  account: SharedAccount;
  set: (account: SharedAccount) => void;
  index: number;
  errors: Record<string, string>;
}

function SharedAccountFields({ account, set, index, errors }: SharedAccountFieldsProps) {
  const at = (name: keyof SharedAccount) => errors[`customers.sharedAccounts.${index}.${name}`];
  return (
    <>
      <TextField
        /* translators: %d: number of a row */
        label={sprintf(__('Account %d: number', 'ar-bridge'), index + 1)}
        error={at('accountNumber')}
        value={account.accountNumber}
        onChange={(accountNumber) => set({ ...account, accountNumber })}
      />
      <TextField
        label={__('Site (optional)', 'ar-bridge')}
        error={at('site')}
        value={account.site ?? ''}
        onChange={(site) => set(optional(account, 'site', site))}
      />
      <TextField
        label={__('Currency', 'ar-bridge')}
        error={at('currency')}
        value={account.currency ?? ''}
        onChange={(currency) => set(optional(account, 'currency', currency.toUpperCase()))}
        input={{ maxLength: 3, placeholder: __('any', 'ar-bridge') }}
      />
      <TextField
        label={__('Country', 'ar-bridge')}
        error={at('country')}
        value={account.country ?? ''}
        onChange={(country) => set(optional(account, 'country', country.toUpperCase()))}
        input={{ maxLength: 2, placeholder: __('any', 'ar-bridge') }}
      />
    </>
  );
}
