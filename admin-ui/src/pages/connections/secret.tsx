import { __, sprintf } from '@wordpress/i18n';
import { TextField } from '../../components/fields.tsx';
import type { SecretField } from '../../data/contract.ts';
import type { ConnectionForm } from './connection-form.ts';

interface SecretProps<T> {
  form: ConnectionForm<T>;
  /** The field that a save sends; absent while the stored credential stays. */
  name: keyof T & string;
  label: string;
  secret: SecretField;
}

/** A credential: written, never read back. Its end is shown, so that two of them can be told apart. */
export function Secret<T extends object>({ form, name, label, secret }: SecretProps<T>) {
  const typed = form.edits[name];
  return (
    <TextField
      type="password"
      label={label}
      help={about(secret)}
      error={form.errors[name]}
      value={typeof typed === 'string' ? typed : ''}
      onChange={(value) => form.set({ [name]: value } as T)}
      disabled={secret.source === 'environment'}
      input={{ autoComplete: 'new-password', spellCheck: false, placeholder: secret.set ? '••••••••' : '' }}
    />
  );
}

function about(secret: SecretField): string {
  if (secret.source === 'environment') return heldByEnvironment();
  if (!secret.set) return __('Not set.', 'ar-bridge');
  return secret.hint === ''
    ? __('Set. Leave it empty to keep it.', 'ar-bridge')
    : /* translators: %s: last characters of a credential, such as …7f3a */
      sprintf(__('Set, ends in %s. Leave it empty to keep it.', 'ar-bridge'), secret.hint);
}

export const heldByEnvironment = (): string =>
  __('Held by the environment of the sidecar; it can be changed there only.', 'ar-bridge');
