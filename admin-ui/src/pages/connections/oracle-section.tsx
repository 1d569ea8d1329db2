import { useDispatch } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { SelectField, TextField } from '../../components/fields.tsx';
import { Section } from '../../components/section.tsx';
import { type Connections, type SaveOracle, SaveOracleSchema } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { useConnectionForm } from './connection-form.ts';
import { FormButtons } from './form-buttons.tsx';
import { heldByEnvironment, Secret } from './secret.tsx';

type TextName = 'url' | 'tokenUrl' | 'scope' | 'clientId' | 'username';

/** How the sidecar reaches Oracle Fusion; the credentials are kept there, encrypted. */
export function OracleSection({ connections }: { connections: Connections }) {
  const { saveOracle, testConnection } = useDispatch(store);
  const form = useConnectionForm<SaveOracle>({
    name: 'oracle',
    schema: SaveOracleSchema,
    save: saveOracle,
    test: () => testConnection('oracle'),
  });
  const saved = connections.oracle;
  const { edits, errors, set } = form;
  const held = (field: string) => connections.fromEnvironment.includes(`oracle.${field}`);
  const auth = edits.auth ?? saved.auth;
  const text = (name: TextName, label: string, help = '', type: 'text' | 'url' = 'text') => (
    <TextField
      type={type}
      label={label}
      help={held(name) ? heldByEnvironment() : help}
      error={errors[name]}
      value={edits[name] ?? saved[name]}
      onChange={(value) => set({ [name]: value })}
      disabled={held(name)}
      input={{ autoComplete: 'off', spellCheck: false }}
    />
  );
  return (
    <Section
      title={__('Oracle Fusion', 'ar-bridge')}
      about={__('The sidecar keeps these, encrypted. WordPress never stores them.', 'ar-bridge')}
    >
      <div className="arb-stack is-tight">
        <div className="arb-form">
          {text(
            'url',
            __('Address of the pod', 'ar-bridge'),
            __('Such as https://fa-xxxx-saasfaprod1.fa.ocs.oraclecloud.com', 'ar-bridge'),
            'url',
          )}
          <SelectField
            label={__('Release', 'ar-bridge')}
            help={
              held('release')
                ? heldByEnvironment()
                : __('From 26D on receipts are applied over REST, before over SOAP.', 'ar-bridge')
            }
            value={edits.release ?? saved.release}
            options={[
              { value: '26D', label: '26D' },
              { value: '25D', label: '25D' },
            ]}
            onChange={(release) => set({ release })}
            disabled={held('release')}
          />
          <SelectField
            label={__('Signing in', 'ar-bridge')}
            help={held('auth') ? heldByEnvironment() : ''}
            value={auth}
            options={[
              { value: 'oauth2', label: __('OAuth 2.0, client credentials', 'ar-bridge') },
              { value: 'basic', label: __('User name and password', 'ar-bridge') },
            ]}
            onChange={(chosen) => set({ auth: chosen })}
            disabled={held('auth')}
          />
          {auth === 'oauth2' ? (
            <>
              {text(
                'tokenUrl',
                __('Token address', 'ar-bridge'),
                __('Of the identity domain; ends in /oauth2/v1/token.', 'ar-bridge'),
                'url',
              )}
              {text('scope', __('Scope', 'ar-bridge'))}
              {text('clientId', __('Client id', 'ar-bridge'))}
              <Secret form={form} name="clientSecret" label={__('Client secret', 'ar-bridge')} secret={saved.clientSecret} />
            </>
          ) : (
            <>
              {text('username', __('User name', 'ar-bridge'))}
              <Secret form={form} name="password" label={__('Password', 'ar-bridge')} secret={saved.password} />
            </>
          )}
        </div>
        <FormButtons form={form} />
      </div>
    </Section>
  );
}
