import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldName, Identities, normaliseEmail, normaliseVat } from '../../../sidecar/apply/customer-identity.ts';
import { order, setup } from '../support/orders.ts';

const identities = new Identities(Buffer.alloc(32, 1));
const billing = (email: string) => ({ ...order().billing, email });
const customer = (id: number, email: string) => ({ ...order().customer, id, email });

describe('an e-mail', () => {
  it.each([
    ['  Ada@Example.ORG ', 'ada@example.org'],
    ['JOSE\u0301@example.org', 'jos\u00e9@example.org'],
    ['ÅSA@example.org', 'åsa@example.org'],
  ])('%s is the same as %s', (written, normal) => {
    expect(normaliseEmail(written)).toBe(normal);
  });

  it.each([
    ['ada+shop@example.org', 'ada@example.org'],
    ['a.da@gmail.com', 'ada@gmail.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@googlemail.com', 'ada@gmail.com'],
  ])('%s is not taken for %s', (one, other) => {
    expect(normaliseEmail(one)).not.toBe(normaliseEmail(other));
  });

  it.each(['', '   ', 'nobody', 'deleted@site.invalid', 'x@y.INVALID'])('"%s" is nobody’s', (text) => {
    expect(normaliseEmail(text)).toBeNull();
  });

  it('normalises to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const once = normaliseEmail(`${text}@example.org`);
        expect(once === null ? null : normaliseEmail(once)).toBe(once);
      }),
    );
  });
});

describe('who somebody is', () => {
  it('a store customer by id, a guest by e-mail, anybody else by the order', () => {
    const user = identities.of(customer(12, 'ada@example.org'), billing('office@example.org'));
    expect(user).toMatchObject({ identity: 'user:12', email: 'ada@example.org', reference: 'wp_user:12' });
    const guest = identities.of(customer(0, ''), billing('ADA@example.org'));
    expect(guest?.identity).toBe(user?.mail);
    expect(guest?.reference).toMatch(/^guest:[0-9a-f]{24}$/);
    expect(identities.of(customer(0, ''), billing(''))).toBeNull();
    const unknown = order({ customer: customer(0, ''), billing: billing('') });
    expect(identities.ofOrder(unknown, setup()).identity).toBe('order:1042');
  });

  it('keeps no e-mail in a key, and another key gives another one', () => {
    const guest = identities.mail('ada@example.org');
    expect(guest).toMatch(/^mail:[0-9a-f]{32}$/);
    expect(new Identities(Buffer.alloc(32, 2)).mail('ada@example.org')).not.toBe(guest);
  });

  it('by VAT number only where companies go by it', () => {
    const bought = order({ meta: [{ key: '_vat_number', value: 'de 811.569-869' }] });
    expect(identities.ofOrder(bought, setup()).identity).toMatch(/^mail:/);
    const byVat = setup({ customers: { ...setup().customers, companiesBy: 'vat-number' } });
    expect(identities.ofOrder(bought, byVat)).toMatchObject({ label: 'DE811569869', reference: 'vat:DE811569869', mail: null });
    expect(identities.ofOrder(order(), byVat).identity).toMatch(/^mail:/);
  });

  it.each(['-', 'no', '', 'n/a', 'EU', null, undefined, { a: 1 }, '12'])('takes %s for no VAT number', (value) => {
    expect(normaliseVat(value)).toBeNull();
  });

  it('refuses a key that is too short', () => {
    expect(() => new Identities(Buffer.alloc(16))).toThrow('32 bytes');
  });
});

it('folds case and white space of names, and nothing else', () => {
  expect(foldName('  Ada \u00a0 BYRON\t')).toBe('ada byron');
  expect(foldName('Ada Byrón')).not.toBe(foldName('Ada Byron'));
});
