import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerMetaKeys, foldName, Identities, normaliseEmail } from '../../../sidecar/apply/customer-identity.ts';
import { normaliseVat, vatSpellings } from '../../../sidecar/domain/vat-number.ts';
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

  it.each([
    [
      'the order’s own',
      [{ key: '_vat_number', value: 'DE 811 569 869' }],
      [{ key: 'vat_number', value: 'FR40303265045' }],
      'DE811569869',
    ],
    ['the account’s where the order carries none', [], [{ key: 'vat_number', value: 'fr 40 303 265 045' }], 'FR40303265045'],
    [
      'the account’s where the order’s is no number',
      [{ key: '_vat_number', value: 'none' }],
      [{ key: '_vat_number', value: 'DE811569869' }],
      'DE811569869',
    ],
    ['none where no key is the set-up’s', [], [{ key: 'tax_office', value: 'DE811569869' }], null],
  ])('with a VAT number: %s', (_, meta, accountMeta, vatNumber) => {
    const bought = order({ meta, customerId: 12, customer: { ...customer(12, 'ada@example.org'), meta: accountMeta } });
    expect(identities.ofOrder(bought, setup())).toMatchObject({ identity: 'user:12', vatNumber });
    const byVat = setup({ customers: { ...setup().customers, companiesBy: 'vat-number' } });
    expect(identities.ofOrder(bought, byVat).identity).toBe(vatNumber === null ? 'user:12' : identities.vat(vatNumber));
  });

  it('a store customer whose profile has a VAT number is that company, where companies go by it', () => {
    const byVat = setup({ customers: { ...setup().customers, companiesBy: 'vat-number' } });
    const cafe = { ...customer(12, 'ada@example.org'), meta: [{ key: 'vat_number', value: '811569869' }] };
    const german = { ...billing('ada@example.org'), country: 'DE' };
    expect(identities.ofProfile(cafe, german, byVat)).toMatchObject({ identity: identities.vat('DE811569869'), mail: null });
    expect(identities.ofProfile(cafe, german, setup())).toMatchObject({ identity: 'user:12', vatNumber: 'DE811569869' });
    expect(customerMetaKeys(byVat)).toEqual(expect.arrayContaining(['_vat_number', 'vat_number', 'billing_vat']));
  });

  it.each([
    ['DE 811.569-869', '', 'DE811569869'],
    ['de811569869', 'FR', 'DE811569869'],
    ['811569869', 'DE', 'DE811569869'],
    ['811569869', '', '811569869'],
    ['0417.497.106', 'BE', 'BE0417497106'],
    ['BE 0417.497.106', 'BE', 'BE0417497106'],
    ['U12345678', 'AT', 'ATU12345678'],
    ['B-12345678', 'ES', 'ESB12345678'],
    ['GR 094259216', 'GR', 'EL094259216'],
    ['094259216', 'GR', 'EL094259216'],
    ['CHE-123.456.788 MWST', 'CH', 'CHE123456788'],
    ['CHE-123.456.788', 'CH', 'CHE123456788'],
    ['NO 923 609 016 MVA', 'NO', 'NO923609016'],
    ['923609016 MVA', 'NO', 'NO923609016'],
    ['NL 8041.86.345.B01', 'DE', 'NL804186345B01'],
    ['51 824 753 556', 'AU', '51824753556'],
    [811569869, 'DE', 'DE811569869'],
  ])('%s from %s is %s, and normalises to itself', (written, country, normal) => {
    expect(normaliseVat(written, country)).toBe(normal);
    expect(normaliseVat(normal, country)).toBe(normal);
  });

  it('every spelling that Oracle is asked for is the same number again', () => {
    for (const [number, country] of [
      ['DE811569869', 'DE'],
      ['EL094259216', 'GR'],
      ['NL804186345B01', 'NL'],
      ['51824753556', 'AU'],
    ] as const) {
      expect(vatSpellings(number).map((each) => normaliseVat(each, country))).toEqual(vatSpellings(number).map(() => number));
    }
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
