import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sign, signatureHeaders, verifySignature } from '../../../sidecar/http/signature.ts';

interface Vector {
  name: string;
  secret: string;
  id: string;
  timestamp: number;
  method: string;
  path: string;
  body: string;
  signature: string;
}
/** Shared with the plugin: both ends must agree on these bytes. */
const VECTORS = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/signature-vectors.json'), 'utf8')) as Vector[];

const OTHER = Buffer.alloc(32, 7).toString('base64');

function asked({ id, timestamp, method, path, body, signature }: Vector, over: Record<string, string | undefined> = {}) {
  const headers = {
    'x-ar-bridge-id': id,
    'x-ar-bridge-timestamp': String(timestamp),
    'x-ar-bridge-signature': signature,
    ...over,
  };
  return { headers, request: { method, path, body } };
}

describe.each(VECTORS)('$name', (vector) => {
  const { headers, request } = asked(vector);
  const nowMs = vector.timestamp * 1000;

  it('is signed as the plugin signs it', () => {
    expect(sign(vector.secret, request, vector)).toBe(vector.signature);
  });

  it('is accepted, also as bytes, in lower case, and while another secret is being rotated in', () => {
    const yes = { ok: true, id: vector.id, timestamp: vector.timestamp };
    expect(verifySignature(headers, request, [vector.secret], nowMs)).toEqual(yes);
    expect(verifySignature(headers, { ...request, body: Buffer.from(vector.body) }, [vector.secret], nowMs)).toEqual(yes);
    expect(verifySignature(headers, { ...request, method: vector.method.toLowerCase() }, [OTHER, vector.secret], nowMs)).toEqual(
      yes,
    );
  });

  it('is refused with anything else about it', () => {
    const { id, method, path, body, secret } = vector;
    const code = (verdict: ReturnType<typeof verifySignature>) => (verdict.ok ? 'accepted' : verdict.code);
    const flipped = vector.signature.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const no: [string, ReturnType<typeof verifySignature>][] = [
      ['signature.mismatch', verifySignature(headers, { method, path, body: `${body} ` }, [secret], nowMs)],
      ['signature.mismatch', verifySignature(headers, { method, path: `${path}0`, body }, [secret], nowMs)],
      ['signature.mismatch', verifySignature(headers, { method: 'DELETE', path, body }, [secret], nowMs)],
      ['signature.mismatch', verifySignature(headers, request, [OTHER], nowMs)],
      ['signature.mismatch', verifySignature({ ...headers, 'x-ar-bridge-signature': flipped }, request, [secret], nowMs)],
      [
        'signature.mismatch',
        verifySignature(
          { ...headers, 'x-ar-bridge-id': id.replace(/^./, (c) => (c === 'a' ? 'b' : 'a')) },
          request,
          [secret],
          nowMs,
        ),
      ],
      [
        'signature.mismatch',
        verifySignature({ ...headers, 'x-ar-bridge-timestamp': String(vector.timestamp + 1) }, request, [secret], nowMs),
      ],
    ];
    for (const [expected, verdict] of no) expect(code(verdict)).toBe(expected);
  });
});

describe('a signature', () => {
  const [vector] = VECTORS as [Vector];
  const nowMs = vector.timestamp * 1000;
  const { headers, request } = asked(vector);

  it.each([
    ['x-ar-bridge-id', undefined, 'signature.missing'],
    ['x-ar-bridge-timestamp', undefined, 'signature.missing'],
    ['x-ar-bridge-signature', undefined, 'signature.missing'],
    ['x-ar-bridge-id', 'not-a-uuid', 'signature.malformed'],
    ['x-ar-bridge-timestamp', 'yesterday', 'signature.malformed'],
    ['x-ar-bridge-signature', vector.signature.toUpperCase(), 'signature.malformed'],
    ['x-ar-bridge-signature', vector.signature.slice(3), 'signature.malformed'],
    ['x-ar-bridge-signature', `${vector.signature}00`, 'signature.malformed'],
  ])('with %s as %s is %s', (header, value, code) => {
    expect(verifySignature({ ...headers, [header]: value }, request, [vector.secret], nowMs)).toMatchObject({ ok: false, code });
  });

  it('with a header sent twice is malformed', () => {
    const twice = { ...headers, 'x-ar-bridge-signature': [vector.signature, vector.signature] };
    expect(verifySignature(twice, request, [vector.secret], nowMs)).toMatchObject({ code: 'signature.malformed' });
  });

  it.each([
    [-301, 'signature.expired'],
    [-300, 'ok'],
    [300, 'ok'],
    [301, 'signature.expired'],
  ])('read %i s after it was made is %s', (seconds, expected) => {
    const verdict = verifySignature(headers, request, [vector.secret], nowMs + seconds * 1000);
    expect(verdict.ok ? 'ok' : verdict.code).toBe(expected);
    if (!verdict.ok) expect(verdict.message).toContain(new Date(nowMs).toISOString());
  });

  it('is refused as unpaired while there is no secret of full length', () => {
    for (const secrets of [[], [''], ['c2hvcnQ=']]) {
      expect(verifySignature(headers, request, secrets, nowMs)).toMatchObject({ code: 'signature.unpaired' });
    }
    expect(() => sign('', request, vector)).toThrow(RangeError);
  });

  it('made for a request that leaves now has a new id each time and is accepted', () => {
    const [first, second] = [signatureHeaders(OTHER, request, nowMs), signatureHeaders(OTHER, request, nowMs)];
    expect(first['x-ar-bridge-id']).not.toBe(second['x-ar-bridge-id']);
    expect(verifySignature(first, request, [OTHER], nowMs + 999)).toMatchObject({ ok: true });
  });
});
