import { randomBytes } from 'node:crypto';
import type { Store } from './store.ts';
import type { Vault } from './vault.ts';

const NAME = 'customers.key';

/**
 * The key that customers' e-mails are hashed with, made at the first start and sealed like a credential.
 *
 * Fails   throws with the remedy when it was sealed under another master key: without it nobody is recognised after an erasure
 */
export async function loadIdentityKey(
  store: Pick<Store, 'settings' | 'write'>,
  vault: Vault,
  nowMs: () => number,
): Promise<Buffer> {
  const kept = store.settings.sealed(NAME);
  if (kept) return Buffer.from(vault.open(NAME, kept.sealed), 'base64');
  const key = randomBytes(32);
  await store.write(() => store.settings.saveSealed(NAME, vault.seal(NAME, key.toString('base64')), '', nowMs()));
  return key;
}
