import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';

/**
 * Seals credentials with AES-256-GCM. The name of the secret and the id of the key are bound in, so that two sealed values
 * cannot be swapped and a value of another key is told apart from a damaged one.
 */
export class Vault {
  private readonly key: Buffer;
  private readonly keyId: Buffer;

  /** key: 32 bytes. */
  constructor(key: Buffer) {
    if (key.length !== 32) throw new Error('The master key must be 32 bytes, base64 or hex.');
    this.key = key;
    this.keyId = createHash('sha256').update(key).digest().subarray(0, 8);
  }

  seal(name: string, plain: string): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(this.aad(name));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([this.keyId, nonce, cipher.getAuthTag(), body]);
  }

  /** Throws with the remedy when the value was sealed under another key or was tampered with. */
  open(name: string, sealed: Buffer): string {
    if (!sealed.subarray(0, 8).equals(this.keyId)) {
      throw new Error(
        `The stored secret "${name}" was encrypted with another key: restore the key file, or enter the secret again.`,
      );
    }
    const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(8, 20))
      .setAAD(this.aad(name))
      .setAuthTag(sealed.subarray(20, 36));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(36)), decipher.final()]).toString('utf8');
    } catch {
      throw new Error(`The stored secret "${name}" is damaged: enter it again.`);
    }
  }

  private aad(name: string): Buffer {
    return Buffer.concat([this.keyId, Buffer.from(name)]);
  }
}

/** What may be shown of a secret: its last four characters, and only of long ones. */
export const hintOf = (plain: string): string => (plain.length >= 12 ? `…${plain.slice(-4)}` : '');

/**
 * The master key: from the environment (base64 or hex of 32 bytes), else from a key file, made at the first start.
 * The file must be readable by its owner only.
 */
export function loadMasterKey(fromEnvironment: string | undefined, file: string): Buffer {
  if (fromEnvironment) {
    const key = /^[0-9a-f]{64}$/i.test(fromEnvironment)
      ? Buffer.from(fromEnvironment, 'hex')
      : Buffer.from(fromEnvironment, 'base64');
    if (key.length !== 32) throw new Error('AR_BRIDGE_MASTER_KEY must be 32 bytes in base64 or hex: openssl rand -base64 32');
    return key;
  }
  if (!existsSync(file)) {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(file, 0o600);
  }
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`The key file ${file} can be read by others: chmod 600 ${file}`);
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== 32) throw new Error(`The key file ${file} does not hold 32 bytes in base64.`);
  return key;
}
