import { __ } from '@wordpress/i18n';
import { SelectField, TextField } from '../../../components/fields.tsx';
import { ListField } from '../../../components/list-field.tsx';
import { anyWrong, More } from '../../../components/more.tsx';
import { Section } from '../../../components/section.tsx';
import type { Setup } from '../../../data/contract.ts';
import { optional } from './empty-setup.ts';
import type { PartProps } from './setup-section.tsx';
import { SharedAccounts } from './shared-accounts.tsx';

const RARE = ['companiesBy', 'vatMeta', 'addresses', 'shipTo', 'sourceSystem', 'siteSetCode', 'profileClass'].map(
  (name) => `customers.${name}`,
);

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
            label={__('Companies', 'ar-bridge')}
            help={__('What makes a company is chosen below.', 'ar-bridge')}
            value={customers.companies}
            options={[
              { value: 'as-buyer', label: __('As their buyer: guest or registered', 'ar-bridge') },
              { value: 'own', label: __('An account of their own, also for guests', 'ar-bridge') },
            ]}
            onChange={(companies) => set({ companies })}
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
        </div>
        <SharedAccounts
          accounts={customers.sharedAccounts}
          at="customers.sharedAccounts"
          errors={errors}
          onChange={(sharedAccounts) => set({ sharedAccounts })}
        />
        <More
          about={__('companies and VAT numbers, addresses, names in Trading Community', 'ar-bridge')}
          faulty={anyWrong(errors, RARE)}
        >
          <CompanyFields setup={setup} errors={errors} set={set} />
          <div className="arb-form">
            <TextField
              label={__('Source system', 'ar-bridge')}
              help={__('As registered in Trading Community; customers are found again by it.', 'ar-bridge')}
              error={errors['customers.sourceSystem']}
              value={customers.sourceSystem}
              onChange={(sourceSystem) => set({ sourceSystem })}
            />
            <TextField
              label={__('Reference data set of new sites', 'ar-bridge')}
              help={__('The set that new account sites belong to.', 'ar-bridge')}
              error={errors['customers.siteSetCode']}
              value={customers.siteSetCode}
              onChange={(siteSetCode) => set({ siteSetCode })}
            />
            <TextField
              label={__('Profile class of new accounts (optional)', 'ar-bridge')}
              help={__('Left empty: Oracle’s own default.', 'ar-bridge')}
              error={errors['customers.profileClass']}
              value={customers.profileClass ?? ''}
              onChange={(profileClass) => change({ customers: optional(customers, 'profileClass', profileClass) })}
            />
          </div>
        </More>
      </div>
    </Section>
  );
}

interface CompanyFieldsProps extends Omit<PartProps, 'change'> {
  set: (part: Partial<Setup['customers']>) => void;
}

function CompanyFields({ setup, errors, set }: CompanyFieldsProps) {
  const { customers } = setup;
  return (
    <>
      <div className="arb-form">
        <SelectField
          label={__('A customer is a company', 'ar-bridge')}
          help={__('With VAT numbers, all orders under one number go to one account, whoever placed them.', 'ar-bridge')}
          value={customers.companiesBy}
          options={[
            { value: 'name', label: __('When a company name is given', 'ar-bridge') },
            { value: 'vat-number', label: __('When a VAT number is given', 'ar-bridge') },
          ]}
          onChange={(companiesBy) => set({ companiesBy })}
        />
        <SelectField
          label={__('When the billing address changes', 'ar-bridge')}
          help={__('On an account that exists already.', 'ar-bridge')}
          value={customers.addresses}
          options={[
            { value: 'update-primary', label: __('The account’s main address follows', 'ar-bridge') },
            { value: 'site-per-address', label: __('A new bill-to site is added', 'ar-bridge') },
          ]}
          onChange={(addresses) => set({ addresses })}
        />
        <SelectField
          label={__('Ship-to sites', 'ar-bridge')}
          help={__('Whether invoices name where the goods went.', 'ar-bridge')}
          value={customers.shipTo}
          options={[
            { value: 'none', label: __('None', 'ar-bridge') },
            { value: 'site-per-address', label: __('One per shipping address', 'ar-bridge') },
          ]}
          onChange={(shipTo) => set({ shipTo })}
        />
      </div>
      <ListField
        long
        label={__('Meta that may hold the VAT number, with commas between', 'ar-bridge')}
        help={__(
          'Of the order, else of the customer’s account, where a leading underscore is left out. The first one that is filled is taken, and written to Oracle as taxpayer identification number.',
          'ar-bridge',
        )}
        error={Object.entries(errors).find(([path]) => path.startsWith('customers.vatMeta'))?.[1]}
        values={customers.vatMeta}
        onChange={(vatMeta) => set({ vatMeta })}
      />
    </>
  );
}
