import { createHmac, createSecretKey, type KeyObject, randomUUID, timingSafeEqual } from 'node:crypto';

/**
 * Signs and checks what plugin and sidecar send each other: HMAC-SHA256 over id, timestamp, method, path and raw body.
 * Source: decisions/0001; the vectors in test/fixtures/signature-vectors.json hold for both ends.
 */
export interface SignedRequest {
  method: string;
  /** The request target as sent, query included, byte for byte. */
  path: string;
  /** The raw body; empty for none. */
  body: string | Uint8Array;
}

export interface Stamp {
  /** UUID, new for each send. */
  id: string;
  /** Unix seconds. */
  timestamp: number;
}

const ID = 'x-ar-bridge-id';
const TIMESTAMP = 'x-ar-bridge-timestamp';
const SIGNATURE = 'x-ar-bridge-signature';

/** Seconds either way. */
export const SIGNATURE_WINDOW_S = 300;
const SECRET_BYTES = 32;

/**
 * The value of the signature header: `v1=` and 64 hex digits.
 *
 * In      secret  base64 of 32 bytes
 * Fails   throws RangeError for any other secret, since that is a fault of ours
 */
export function sign(secret: string, request: SignedRequest, stamp: Stamp): string {
  const key = signingKey(secret);
  if (!key) throw new RangeError(`The pairing secret must be ${SECRET_BYTES} bytes in base64`);
  return `v1=${digest(key, request, stamp).toString('hex')}`;
}

/** The three headers of a request that is about to leave. */
export function signatureHeaders(secret: string, request: SignedRequest, nowMs: number): Record<string, string> {
  const stamp = { id: randomUUID(), timestamp: Math.floor(nowMs / 1000) };
  return { [ID]: stamp.id, [TIMESTAMP]: String(stamp.timestamp), [SIGNATURE]: sign(secret, request, stamp) };
}

export type SignatureVerdict =
  | { ok: true; id: string; timestamp: number }
  | {
      ok: false;
      code: 'signature.unpaired' | 'signature.missing' | 'signature.malformed' | 'signature.expired' | 'signature.mismatch';
      message: string;
    };

/**
 * Checks a request that came in. Whether its id was seen before is the caller's question: a known id answers 200 and changes
 * nothing.
 *
 * In      headers  as node:http gives them, lower case; secrets  those valid now, the previous one for ten minutes after a rotation,
 *         or the keys made of them
 */
export function verifySignature(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  request: SignedRequest,
  secrets: readonly (string | KeyObject)[],
  nowMs: number,
): SignatureVerdict {
  const keys = secrets.map((secret) => (typeof secret === 'string' ? signingKey(secret) : secret)).filter((key) => key !== null);
  if (keys.length === 0) return no('unpaired', 'No plugin is paired with this sidecar.');
  const { [ID]: id, [TIMESTAMP]: timestamp, [SIGNATURE]: signature } = headers;
  if (id === undefined || timestamp === undefined || signature === undefined) {
    return no('missing', 'The headers X-AR-Bridge-Id, X-AR-Bridge-Timestamp and X-AR-Bridge-Signature are all needed.');
  }
  if (!matches(UUID, id) || !matches(/^\d{1,12}$/, timestamp) || !matches(/^v1=[0-9a-f]{64}$/, signature)) {
    return no(
      'malformed',
      'The id must be a UUID, the timestamp Unix seconds, the signature "v1=" and 64 lower-case hex digits.',
    );
  }
  const stamp = { id, timestamp: Number(timestamp) };
  const now = Math.floor(nowMs / 1000);
  if (Math.abs(now - stamp.timestamp) > SIGNATURE_WINDOW_S) {
    return no('expired', `Signed at ${clock(stamp.timestamp)}, but it is ${clock(now)} here: more than five minutes apart.`);
  }
  const given = Buffer.from(signature.slice('v1='.length), 'hex');
  // Each key is tried, so that the time taken does not tell which one was right.
  const right = keys.map((key) => timingSafeEqual(digest(key, request, stamp), given)).includes(true);
  return right ? { ok: true, ...stamp } : no('mismatch', 'The signature does not fit the request.');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const matches = (form: RegExp, value: string | string[]): value is string => typeof value === 'string' && form.test(value);

const clock = (seconds: number): string => new Date(seconds * 1000).toISOString();

function no(reason: 'unpaired' | 'missing' | 'malformed' | 'expired' | 'mismatch', message: string): SignatureVerdict {
  return { ok: false, code: `signature.${reason}`, message };
}

/** Null unless the secret is base64 of 32 bytes. Kept by who verifies often: making one costs more than the digest of a small body. */
export function signingKey(secret: string): KeyObject | null {
  const key = Buffer.from(secret, 'base64');
  return key.length === SECRET_BYTES ? createSecretKey(key) : null;
}

function digest(key: KeyObject, { method, path, body }: SignedRequest, { id, timestamp }: Stamp): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.${method.toUpperCase()}.${path}.`).update(body).digest();
}
