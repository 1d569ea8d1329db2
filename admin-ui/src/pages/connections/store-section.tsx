import { useDispatch } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { SelectField, TextField } from '../../components/fields.tsx';
import { Section } from '../../components/section.tsx';
import { type Connections, type SaveStore, SaveStoreSchema } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { useConnectionForm } from './connection-form.ts';
import { FormButtons } from './form-buttons.tsx';
import { heldByEnvironment, Secret } from './secret.tsx';

/** How the sidecar reads the store. Pairing fills this in; it is changed by hand only where the store stands elsewhere. */
export function StoreSection({ connections }: { connections: Connections }) {
  const { saveStore, testConnection } = useDispatch(store);
  const form = useConnectionForm<SaveStore>({
    name: 'store',
    schema: SaveStoreSchema,
    save: saveStore,
    test: () => testConnection('store'),
  });
  const saved = connections.store;
  const { edits, errors, set } = form;
  const held = (field: string) => connections.fromEnvironment.includes(`store.${field}`);
  return (
    <Section
      title={__('WooCommerce store', 'ar-bridge')}
      about={__('How the sidecar reads orders, refunds, products and customers. Pairing fills this in.', 'ar-bridge')}
    >
      <div className="arb-stack is-tight">
        <div className="arb-form">
          <TextField
            type="url"
            label={__('Store address', 'ar-bridge')}
            help={
              held('url')
                ? heldByEnvironment()
                : __('The address of the shop’s front page, as the sidecar reaches it.', 'ar-bridge')
            }
            error={errors.url}
            value={edits.url ?? saved.url}
            onChange={(url) => set({ url })}
            disabled={held('url')}
          />
          <SelectField
            label={__('Signing', 'ar-bridge')}
            help={held('auth') ? heldByEnvironment() : __('Over plain http only OAuth 1.0a works.', 'ar-bridge')}
            value={edits.auth ?? saved.auth}
            options={[
              { value: 'basic', label: __('Key and secret over TLS', 'ar-bridge') },
              { value: 'oauth1', label: __('OAuth 1.0a', 'ar-bridge') },
            ]}
            onChange={(auth) => set({ auth })}
            disabled={held('auth')}
          />
          <Secret form={form} name="consumerKey" label={__('Consumer key', 'ar-bridge')} secret={saved.consumerKey} />
          <Secret form={form} name="consumerSecret" label={__('Consumer secret', 'ar-bridge')} secret={saved.consumerSecret} />
          <Secret
            form={form}
            name="webhookSecret"
            label={__('Webhook secret (only without the plugin)', 'ar-bridge')}
            secret={saved.webhookSecret}
          />
        </div>
        <FormButtons form={form} />
      </div>
    </Section>
  );
}
