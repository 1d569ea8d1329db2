import { describe, expect, it } from 'vitest';
import { needsAttention, retryable } from '../../../sidecar/domain/failures.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { setupOf } from '../../../sidecar/domain/setup.ts';
import { CustomerDesk } from '../support/customer-desk.ts';
import { testFolder } from '../support/folder.ts';

const ADA = { email: 'ada@example.org' };
const JOHN = { firstName: 'John', lastName: 'Smith', email: 'john@example.org', postcode: '10001' };
const ACME = { company: 'Acme Ltd' };

describe('policies', () => {
  it('guests share an account by currency and country, customers get their own', async () => {
    const desk = new CustomerDesk({
      guests: 'shared',
      sharedAccounts: [
        { accountNumber: '40017', currency: 'USD', site: 'W1' },
        { accountNumber: '40027', country: 'DE' },
      ],
    });
    expect(await desk.bill(ADA)).toMatchObject({ value: { accountNumber: '40017', site: 'W1' } });
    expect(await desk.account(desk.orderOf({ ...ADA, country: 'DE' }, { currency: 'EUR' }))).toBe('40027');
    expect(await desk.account(desk.orderOf(ADA, { currency: 'EUR' }))).toBe('customer.no_shared_account');
    expect(await desk.account({ ...ADA, id: 12 })).toBe('50001');
  });

  it('the shared account that names country or currency goes before the one for the rest, and each business unit has its own', async () => {
    const sharedAccounts = [
      { accountNumber: '1' },
      { accountNumber: '2', currency: 'EUR' },
      { accountNumber: '3', country: 'de' },
      { accountNumber: '4', country: 'DE', currency: 'EUR' },
    ];
    const desk = new CustomerDesk({ guests: 'shared', sharedAccounts });
    const at = (country: string, currency: string) => desk.account(desk.orderOf({ ...ADA, country }, { currency }));
    expect(await Promise.all([at('US', 'USD'), at('FR', 'EUR'), at('DE', 'USD'), at('DE', 'EUR')])).toEqual(['1', '2', '3', '4']);
    desk.setup = setupOf(
      { ...desk.setup, businessUnits: [{ businessUnit: 'EU BU', sharedAccounts: [{ accountNumber: '9' }] }] },
      'EU BU',
    );
    expect(await at('DE', 'EUR')).toBe('9');
  });

  it.each<['name' | 'vat-number', Partial<StoreOrder>]>([
    ['name', {}],
    ['vat-number', { meta: [{ key: '_vat_number', value: 'DE111222333' }] }],
  ])('companies by %s may have accounts of their own where everybody else shares one', async (companiesBy, over) => {
    const sharedAccounts = [{ accountNumber: '40017' }];
    const desk = new CustomerDesk({ guests: 'shared', registered: 'shared', sharedAccounts, companiesBy });
    const company = (person: object) => desk.account(desk.orderOf({ ...person, ...ACME }, over));
    expect(await company(JOHN)).toBe('40017');
    desk.setup = { ...desk.setup, customers: { ...desk.setup.customers, companies: 'own' } };
    const own = await company(JOHN);
    expect(own).toMatch(/^5/);
    expect(await company({ ...ADA, id: 12 })).toBe(own);
    expect(await desk.account(JOHN)).toBe('40017');
    expect(await desk.account({ ...ADA, id: 12 })).toBe('40017');
    const order = desk.orderOf({ ...JOHN, ...ACME }, over);
    expect(await desk.work.billTo(order, desk.setup, desk.trail, { customerPolicy: 'shared' })).toMatchObject({
      value: { accountNumber: '40017' },
    });
  });

  it('a rule for the order wins over the set-up', async () => {
    const desk = new CustomerDesk({ guests: 'shared', sharedAccounts: [{ accountNumber: '40017', site: 'W1' }] });
    const order = desk.orderOf(ADA);
    const by = (policy: object) => desk.work.billTo(order, desk.setup, desk.trail, policy);
    expect(await by({ customerPolicy: 'own' })).toMatchObject({ value: { accountNumber: '50001' } });
    expect(await by({ accountNumber: '40099' })).toEqual({ ok: true, value: { accountNumber: '40099' } });
    expect(await by({ customerPolicy: 'shared', accountNumber: '40017' })).toMatchObject({ value: { site: 'W1' } });
    const known = desk.orderOf({ ...ADA, id: 12 });
    expect(await desk.work.billTo(known, desk.setup, desk.trail, { customerPolicy: 'shared' })).toMatchObject({
      value: { accountNumber: '40017' },
    });
  });

  it('companies go by VAT number: buyers of one company share an account, and the same person buys for two', async () => {
    const desk = new CustomerDesk({ companiesBy: 'vat-number' });
    const vat = (number: string) => ({ meta: [{ key: '_vat_number', value: number }] });
    const first = await desk.account(desk.orderOf({ ...ADA, ...ACME, id: 1 }, vat('DE111222333')));
    expect(await desk.account(desk.orderOf({ ...JOHN, ...ACME }, vat('de 111 222 333')))).toBe(first);
    const second = await desk.account(desk.orderOf({ ...ADA, company: 'Beta Ltd', id: 1 }, vat('DE999888777')));
    const herself = await desk.account({ ...ADA, id: 1 });
    expect(new Set([first, second, herself]).size).toBe(3);
    expect(desk.directory.parties.map((party) => party.kind)).toEqual(['organization', 'organization', 'person']);
  });

  it('by VAT number, Oracle’s tax number decides and a company’s name only proposes', async () => {
    const desk = new CustomerDesk({ companiesBy: 'vat-number' });
    const known = desk.directory.plant({ name: 'Other name', kind: 'organization', taxNumber: 'DE111222333' });
    desk.directory.plant({ name: 'Acme Ltd', kind: 'organization' });
    const vat = (number: string) => ({ meta: [{ key: '_vat_number', value: number }] });
    expect(await desk.account(desk.orderOf(ACME, vat('DE111222333')))).toBe(known);
    expect(await desk.account(desk.orderOf(ACME, vat('DE999888777')))).toBe('customer.name_only');
  });

  it('two companies of one VAT number are for a person to decide; another number is another company, whatever its name', async () => {
    const desk = new CustomerDesk({ companiesBy: 'vat-number' });
    const vat = (number: string) => ({ meta: [{ key: '_vat_number', value: number }] });
    const plant = (name: string, taxNumber: string) => desk.directory.plant({ name, kind: 'organization', taxNumber });
    const [first, second] = [plant('Acme Ltd', 'DE111222333'), plant('Acme Holding', 'DE111222333')];
    const asked = await desk.bill(desk.orderOf(ACME, vat('DE111222333')));
    expect(asked).toMatchObject({
      failure: {
        code: 'customer.ambiguous',
        question: { choices: [{ id: `link-${first}` }, { id: `link-${second}` }, { id: 'create' }] },
      },
    });
    expect(await desk.account(desk.orderOf(ACME, vat('DE999888777')))).not.toMatch(new RegExp(`${first}|${second}|customer`));
  });

  it('a company by VAT number whose creation is cut short is made once, whoever of its buyers comes back first', async () => {
    const desk = new CustomerDesk({ companiesBy: 'vat-number' }, testFolder());
    const vat = { meta: [{ key: '_vat_number', value: 'DE111222333' }] };
    desk.directory.dieAfter = 1;
    expect(await desk.account(desk.orderOf({ ...ADA, ...ACME }, vat))).toBe('oracle.no_answer');
    desk.directory.dieAfter = null;
    await desk.restart();
    const both = await Promise.all(
      [
        { ...JOHN, ...ACME },
        { ...ADA, ...ACME },
      ].map((one) => desk.account(desk.orderOf(one, vat))),
    );
    expect(new Set(both)).toEqual(new Set(desk.directory.accounts()));
    expect(desk.directory.parties).toHaveLength(1);
    await desk.store.close();
  });

  it('the VAT number of the account counts where the order carries none, and one number is one company however it is written', async () => {
    const desk = new CustomerDesk({ companiesBy: 'vat-number' });
    const german = { ...ACME, country: 'DE' };
    const order = desk.orderOf({ ...ADA, ...german, id: 1 });
    order.customer.meta = [{ key: 'vat_number', value: '811 569 869' }];
    const first = await desk.account(order);
    const meta = [{ key: '_vat_number', value: 'DE811569869' }];
    expect(await desk.account(desk.orderOf({ ...JOHN, ...german }, { meta }))).toBe(first);
    expect(desk.directory.parties).toMatchObject([{ kind: 'organization', taxNumber: 'DE811569869' }]);
  });

  it('a company by its profile: its account follows, is made at registration where that is wanted, and its e-mail is known', async () => {
    const desk = new CustomerDesk({ companiesBy: 'vat-number', createAt: 'registration' });
    const vat = { ...ACME, email: 'ada@example.org' };
    expect(await desk.profile(1, vat, [{ key: 'vat_number', value: 'DE811569869' }])).toBe('unchanged');
    const [account = ''] = desk.directory.accounts();
    expect(await desk.profile(1, { ...vat, company: 'Acme SE' }, [{ key: 'vat_number', value: 'DE811569869' }])).toBe('updated');
    expect(desk.directory.parties).toMatchObject([{ name: 'Acme SE', account, taxNumber: 'DE811569869' }]);
    expect(desk.store.customers.get('user:1')).toMatchObject({
      emailKey: desk.identities.mail('ada@example.org'),
      account: null,
    });
  });

  it('by name, the number is written to the account and a change of it flows', async () => {
    const desk = new CustomerDesk();
    const first = [{ key: 'vat_number', value: 'DE811569869' }];
    const order = desk.orderOf({ ...ADA, ...ACME, id: 1 });
    order.customer.meta = first;
    await desk.account(order);
    expect(desk.directory.parties).toMatchObject([{ name: 'Acme Ltd', taxNumber: 'DE811569869' }]);
    expect(await desk.profile(1, { ...ADA, ...ACME }, first)).toBe('unchanged');
    expect(await desk.profile(1, { ...ADA, ...ACME }, [{ key: 'vat_number', value: 'DE123456789' }])).toBe('updated');
    expect(desk.directory.parties).toMatchObject([{ taxNumber: 'DE123456789' }]);
  });

  it('by name, VAT numbers tell companies of one name apart', async () => {
    const desk = new CustomerDesk();
    const vat = (value: string) => ({ meta: [{ key: '_vat_number', value }] });
    const plant = (taxNumber: string) => desk.directory.plant({ name: 'Acme Ltd', kind: 'organization', taxNumber });
    const first = plant('DE111222333');
    expect(await desk.bill(desk.orderOf({ ...ADA, ...ACME }, vat('DE999888777')))).toMatchObject({
      failure: {
        code: 'customer.name_only',
        question: {
          choices: [
            { id: `link-${first}`, label: expect.stringContaining('VAT number DE111222333 and not DE999888777') },
            { id: 'create' },
          ],
        },
      },
    });
    const second = plant('DE444555666');
    expect(await desk.account(desk.orderOf({ ...JOHN, ...ACME }, vat('DE444555666')))).toBe(second);
    expect(await desk.account(desk.orderOf({ email: 'kim@example.org', ...ACME }))).toBe('customer.ambiguous');
  });

  it('a purchase without e-mail and without account is billed by its own', async () => {
    const desk = new CustomerDesk();
    const first = await desk.account({ ...JOHN, email: '' });
    expect(await desk.account({ firstName: 'Kim', lastName: 'Lee', email: '' })).not.toBe(first);
  });

  it('a purchase that names nobody waits, on the list of customers too', async () => {
    const desk = new CustomerDesk();
    const nobody = desk.orderOf({ firstName: '', lastName: '', email: '' });
    expect(await desk.account(nobody)).toBe('customer.nameless');
    expect(desk.store.customers.list({ show: 'waiting', limit: 10, offset: 0 }).rows).toMatchObject([
      { identity: `order:${nobody.id}`, waiting: 1, problem: { code: 'customer.nameless' } },
    ]);
  });
});

describe('one person, one account', () => {
  it('a guest who registers, then changes the e-mail, then buys as a guest again', async () => {
    const desk = new CustomerDesk();
    const account = await desk.account({ email: 'Ada@Example.org' });
    await desk.profile(12, ADA);
    expect(await desk.account({ ...ADA, id: 12 })).toBe(account);
    await desk.profile(12, { email: 'ada.new@example.org' });
    expect(await desk.account({ email: 'ada.new@example.org', id: 12 })).toBe(account);
    expect(await desk.account({ email: 'ada.new@example.org' })).toBe(account);
    expect(await desk.account(ADA)).toBe(account);
    expect(desk.directory.accounts()).toEqual([account]);
  });

  it('a customer who registers tells the store the account of the guest at once', async () => {
    const desk = new CustomerDesk();
    const account = await desk.account(ADA);
    expect(await desk.profile(12, ADA)).toBe('unchanged');
    expect(desk.store.customers.untold(10)).toEqual([{ customerId: 12, accountNumbers: [account] }]);
    expect(desk.store.customers.get('user:12')).toMatchObject({ foundBy: 'guest' });
  });

  it('a guest with the e-mail of a registered customer is that customer', async () => {
    const desk = new CustomerDesk();
    const account = await desk.account({ ...ADA, id: 12 });
    expect(await desk.account(ADA)).toBe(account);
  });

  it('the billing e-mail of a customer is not theirs alone: a guest with it is not mixed up silently', async () => {
    const desk = new CustomerDesk();
    const shared = desk.orderOf({ ...ADA, id: 12 });
    shared.billing = { ...shared.billing, email: 'office@example.org' };
    await desk.account(shared);
    expect(desk.mailRow('office@example.org')).toBeNull();
    expect(await desk.account({ ...JOHN, email: 'office@example.org' })).toBe('customer.claimed');
  });

  it('an e-mail that went to another customer speaks for neither', async () => {
    const desk = new CustomerDesk();
    const first = await desk.account({ ...ADA, id: 12 });
    await desk.profile(12, { email: 'ada.new@example.org' });
    await desk.profile(13, { ...JOHN, ...ADA });
    const second = await desk.account({ ...JOHN, ...ADA, id: 13 });
    expect(second).not.toBe(first);
    expect(await desk.account({ ...JOHN, ...ADA })).toBe(second);
    expect(await desk.account({ ...ADA, id: 12 })).toBe(first); // an order that still remembers the old e-mail
    expect(await desk.account({ ...JOHN, ...ADA })).toBe(second);
  });

  it('an e-mail of two customers, one of them not read again yet, asks', async () => {
    const desk = new CustomerDesk();
    await desk.account({ ...ADA, id: 12 });
    await desk.profile(13, { ...JOHN, ...ADA });
    expect(await desk.account({ ...JOHN, ...ADA, id: 13 })).toBe('customer.claimed');
    expect(await desk.account(ADA)).toBe('customer.claimed');
  });

  it('two accounts of what turned out to be one person stay, and are a hint to merge', async () => {
    const desk = new CustomerDesk();
    const guest = await desk.account({ email: 'ada.new@example.org' });
    const user = await desk.account({ ...ADA, id: 12 });
    await desk.profile(12, { email: 'ada.new@example.org' });
    expect(await desk.account({ email: 'ada.new@example.org', id: 12 })).toBe(user);
    expect(await desk.account({ email: 'ada.new@example.org' })).toBe(guest);
    expect(desk.store.customers.mergeHints(10)).toMatchObject([
      { why: 'e-mail', rows: [{ account: { accountNumber: guest } }, { account: { accountNumber: user } }] },
    ]);
  });

  it('spellings of one mailbox are two customers, and a hint', async () => {
    const desk = new CustomerDesk();
    await desk.account({ email: 'a.da+shop@gmail.com' });
    await desk.account({ email: 'ada@gmail.com' });
    expect(desk.directory.accounts()).toHaveLength(2);
    expect(desk.store.customers.mergeHints(10).map((hint) => hint.why)).toEqual(['mailbox']);
  });

  it('an account once found is never looked up again', async () => {
    const desk = new CustomerDesk();
    await desk.account({ ...ADA, id: 12 });
    desk.directory.calls.splice(0);
    await desk.account({ ...ADA, id: 12 });
    expect(desk.directory.calls).toEqual([]);
  });
});

describe('many at once', () => {
  it('orders and the profile of one person make one account', async () => {
    const desk = new CustomerDesk({ createAt: 'registration' });
    const all = await Promise.all([
      desk.account(ADA),
      desk.account({ ...ADA, id: 12 }),
      desk.account({ email: 'ADA@EXAMPLE.ORG' }),
      desk.profile(12, ADA).then(() => desk.account({ ...ADA, id: 12 })),
      desk.account({ ...ADA, id: 12 }),
    ]);
    expect(new Set(all).size).toBe(1);
    expect(desk.directory.accounts()).toHaveLength(1);
  });

  it('buyers of one company make one account, although Oracle shows it late', async () => {
    const desk = new CustomerDesk();
    desk.directory.findByName = async () => ({ ok: true, value: [] });
    const people = [1, 2, 3].map((id) => ({ ...ACME, id, email: `buyer${id}@acme.example`, firstName: `Buyer${id}` }));
    const all = await Promise.all(people.map((person) => desk.account(person)));
    expect(new Set(all).size).toBe(1);
  });

  it('no lock is left behind', async () => {
    const desk = new CustomerDesk();
    desk.directory.failures.set('findByEmail', retryable('oracle.no_answer', 'lost', { endpoint: true }));
    await Promise.all([desk.account(ADA), desk.account({ ...ADA, id: 12 }), desk.account(JOHN)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect((desk.work as unknown as { locks: { size(): number } }).locks.size()).toBe(0);
  });
});

describe('after a crash', () => {
  it.each([0, 1, 2])('with %i steps done the creation goes on and makes nothing twice', async (steps) => {
    const desk = new CustomerDesk({}, testFolder());
    desk.directory.dieAfter = steps;
    expect(await desk.account(ADA)).toBe('oracle.no_answer');
    desk.directory.dieAfter = null;
    await desk.restart();
    await desk.account(ADA);
    expect(desk.directory.accounts()).toEqual(['50001']);
    await desk.store.close();
  });

  it.each([
    ['a guest, who has registered meanwhile', ADA, { ...ADA, id: 12 }],
    ['a customer, who buys as a guest meanwhile', { ...ADA, id: 12 }, ADA],
  ])('what was begun for %s is finished and theirs', async (_what, before, after) => {
    for (const steps of [1, 2]) {
      const desk = new CustomerDesk({}, testFolder());
      desk.directory.dieAfter = steps;
      await desk.account(before);
      desk.directory.dieAfter = null;
      await desk.restart();
      const account = await desk.account(after);
      expect(await desk.account(before)).toBe(account);
      expect(desk.directory.parties).toHaveLength(1);
      await desk.store.close();
    }
  });
});

describe('matching what Oracle knows', () => {
  it('by external id before anything else', async () => {
    const desk = new CustomerDesk();
    const ours = desk.directory.plant({ name: 'X', references: ['WEB-wp_user:12'] });
    desk.directory.plant({ name: 'Ada Byron', email: ADA.email });
    expect(await desk.account({ ...ADA, id: 12 })).toBe(ours);
    expect(desk.store.customers.get('user:12')).toMatchObject({ foundBy: 'source-reference', flows: true });
  });

  it('by e-mail, whatever its case', async () => {
    const desk = new CustomerDesk();
    const known = desk.directory.plant({ name: 'A. Lovelace', email: 'ADA@example.org' });
    expect(await desk.account(ADA)).toBe(known);
  });

  it('by the exact name of a company, case and space folded; its data stays with those who keep it', async () => {
    const desk = new CustomerDesk();
    const known = desk.directory.plant({ name: 'ACME  ltd', kind: 'organization', email: 'ap@acme.example' });
    expect(await desk.account({ ...ADA, ...ACME, id: 12 })).toBe(known);
    await desk.profile(12, { ...ADA, ...ACME, city: 'Berkeley' });
    expect(desk.directory.calls.filter((call) => call.startsWith('update'))).toEqual([]);
  });

  it('two companies of one name are for a person to decide, also for the next buyer', async () => {
    const desk = new CustomerDesk();
    const [one, two] = ['Acme Ltd', 'ACME LTD'].map((name) => desk.directory.plant({ name, kind: 'organization' }));
    const order = desk.orderOf({ ...ADA, ...ACME });
    const asked = await desk.bill(order);
    expect(asked).toMatchObject({
      failure: {
        kind: 'needs-attention',
        code: 'customer.ambiguous',
        message: `Oracle has 2 accounts with the name of Acme Ltd: ${one}, ${two}.`,
        question: { id: 'customer', choices: [{ id: `link-${one}` }, { id: `link-${two}` }, { id: 'create' }] },
      },
    });
    await desk.decide(order.id, `link-${two}`);
    expect(await desk.account(order)).toBe(two);
    expect(await desk.account({ ...JOHN, ...ACME })).toBe('customer.ambiguous');
  });

  it('a person’s name alone proposes, with both shown and a new account as the other choice', async () => {
    const desk = new CustomerDesk();
    const known = desk.directory.plant({ name: 'JOHN smith', email: 'js@elsewhere.example', postcode: '20001' });
    const order = desk.orderOf(JOHN);
    expect(await desk.bill(order)).toMatchObject({
      failure: {
        code: 'customer.name_only',
        question: {
          choices: [
            { id: `link-${known}`, label: `Link to ${known}, JOHN smith (same name, another e-mail, another postcode)` },
            { id: 'create' },
          ],
        },
      },
    });
    await desk.decide(order.id, 'create');
    const made = await desk.account(order);
    expect(made).not.toBe(known);
    expect(desk.store.customers.get(desk.identities.mail(JOHN.email))).toMatchObject({ foundBy: 'created', problem: null });
  });

  it('name and postcode decide where Oracle knows no e-mail, and only then', async () => {
    const desk = new CustomerDesk();
    const known = desk.directory.plant({ name: 'John Smith', postcode: '10 001' });
    expect(await desk.account(JOHN)).toBe(known);
    const other = new CustomerDesk();
    other.directory.plant({ name: 'John Smith', postcode: '10001', email: 'senior@example.org' });
    expect(await other.account(JOHN)).toBe('customer.name_only');
    const two = new CustomerDesk();
    two.directory.plant({ name: 'John Smith', postcode: '10001' });
    two.directory.plant({ name: 'John Smith', postcode: '20001' });
    expect(await two.account(JOHN)).toBe('customer.name_only');
  });

  it('other customers of the store with the same name are other people', async () => {
    const desk = new CustomerDesk();
    const first = await desk.account(JOHN);
    expect(await desk.account({ ...JOHN, email: 'john2@example.org' })).not.toBe(first);
  });

  it('a decision for an account that is gone asks again', async () => {
    const desk = new CustomerDesk();
    desk.directory.plant({ name: 'John Smith' });
    const order = desk.orderOf(JOHN);
    await desk.bill(order);
    await desk.decide(order.id, 'link-99999');
    expect(await desk.account(order)).toBe('customer.account_unknown');
    await desk.decide(order.id, 'create');
    expect(await desk.account(order)).toMatch(/^\d+$/);
  });

  it('releases the other orders of the customer when one of them is decided', async () => {
    const desk = new CustomerDesk();
    const known = desk.directory.plant({ name: 'John Smith', email: 'js@elsewhere.example' });
    const orders = [desk.orderOf(JOHN), desk.orderOf(JOHN), desk.orderOf({ ...JOHN, email: 'other@example.org' })];
    for (const order of orders) await desk.bill(order);
    expect(desk.store.customers.counts()).toMatchObject({ waiting: 2, problems: 2, waitingOrders: 3 });
    await desk.decide(orders[0]?.id ?? 0, `link-${known}`);
    await desk.bill(orders[0] ?? {});
    expect(desk.queued()).toEqual([orders[1]?.id]);
    expect(desk.store.customers.counts()).toMatchObject({ waiting: 1, problems: 1, waitingOrders: 1 });
  });
});

describe('changes in the store', () => {
  it('of name, address, e-mail and phone flow from the profile, once', async () => {
    const desk = new CustomerDesk();
    await desk.profile(12, ADA);
    await desk.account({ ...ADA, id: 12 });
    expect(await desk.profile(12, { ...ADA, lastName: 'Lovelace', postcode: '94704' })).toBe('updated');
    expect(desk.directory.parties).toMatchObject([{ name: 'Ada Lovelace', postcode: '94704' }]);
    expect(await desk.profile(12, { ...ADA, lastName: 'Lovelace', postcode: '94704' })).toBe('unchanged');
    expect(await desk.profile(12, { email: 'ada.new@example.org', lastName: 'Lovelace', postcode: '94704' })).toBe('updated');
    expect(desk.directory.parties).toMatchObject([{ email: 'ada.new@example.org' }]);
  });

  it('flow from a guest’s next order, and an older order brings nothing back', async () => {
    const desk = new CustomerDesk();
    const old = desk.orderOf({ ...ADA, postcode: '11111' });
    await desk.account(ADA);
    await desk.account({ ...ADA, postcode: '94704' });
    expect(desk.directory.parties).toMatchObject([{ postcode: '94704' }]);
    await desk.account(old);
    expect(desk.directory.parties).toMatchObject([{ postcode: '94704' }]);
  });

  it('do not flip back and forth between an order’s address and the profile’s', async () => {
    const desk = new CustomerDesk();
    await desk.profile(12, ADA);
    await desk.account({ ...ADA, id: 12, postcode: '22222' });
    expect(await desk.profile(12, ADA)).toBe('unchanged');
    expect(desk.directory.parties).toMatchObject([{ postcode: '22222' }]);
  });

  it('leave an account that Oracle knew before as it is until something changes', async () => {
    const desk = new CustomerDesk();
    desk.directory.plant({ name: 'A. Lovelace', email: ADA.email, postcode: '1' });
    await desk.account(ADA);
    expect(desk.directory.parties).toMatchObject([{ name: 'A. Lovelace', postcode: '1' }]);
    await desk.account({ ...ADA, postcode: '94704' });
    expect(desk.directory.parties).toMatchObject([{ name: 'Ada Byron', postcode: '94704' }]);
  });

  it('do not rename a company that others buy for', async () => {
    const desk = new CustomerDesk();
    const account = await desk.account({ ...ADA, ...ACME, id: 1 });
    expect(await desk.account({ ...JOHN, ...ACME, id: 2 })).toBe(account);
    await desk.profile(1, { ...ADA, company: 'Beta Ltd' });
    expect(desk.directory.parties).toMatchObject([{ name: 'Acme Ltd' }]);
  });

  it('that Oracle refuses are shown with the customer and stop no order; an outage does', async () => {
    const desk = new CustomerDesk();
    const account = await desk.account(ADA);
    const refusal = needsAttention('oracle.address_invalid', 'Oracle does not take the postal code.', 'Correct it.');
    desk.directory.failures.set(`update ${account}`, refusal);
    expect(await desk.account({ ...ADA, postcode: 'x' })).toBe(account);
    expect(desk.mailRow(ADA.email)?.problem).toMatchObject({ code: 'customer.not_updated', action: 'Correct it.' });
    desk.directory.failures.set(`update ${account}`, retryable('oracle.unavailable', '503', { endpoint: true }));
    expect(await desk.account({ ...ADA, postcode: 'y' })).toBe('oracle.unavailable');
    await desk.account({ ...ADA, postcode: 'z' });
    expect(desk.mailRow(ADA.email)?.problem).toBeNull();
  });

  it('make an account at registration only where the set-up says so', async () => {
    const later = new CustomerDesk();
    expect(await later.profile(12, ADA)).toBe('not-yet');
    expect(later.store.customers.get('user:12')).toMatchObject({ label: null, name: null });
    expect(later.store.customers.list({ show: 'all', limit: 10, offset: 0 }).total).toBe(0);
    const atOnce = new CustomerDesk({ createAt: 'registration' });
    await atOnce.profile(12, ADA);
    expect(atOnce.directory.accounts()).toHaveLength(1);
    const shared = new CustomerDesk({ createAt: 'registration', registered: 'shared' });
    expect(await shared.profile(12, ADA)).toBe('not-yet');
  });

  it('ask on the list of customers where registration alone cannot tell', async () => {
    const desk = new CustomerDesk({ createAt: 'registration' });
    desk.directory.plant({ name: 'John Smith' });
    expect(await desk.profile(12, JOHN)).toBe('customer.name_only');
    expect(desk.store.customers.list({ show: 'problems', limit: 10, offset: 0 }).rows).toMatchObject([
      { identity: 'user:12', problem: { candidates: [{ accountNumber: '50001' }] } },
    ]);
  });
});

describe('sites', () => {
  it('each billing address has its own where the set-up says so, asked for once', async () => {
    const desk = new CustomerDesk({ addresses: 'site-per-address' });
    const home = await desk.bill(ADA);
    const office = await desk.bill({ ...ADA, address1: '1 Bay St' });
    expect(office).toMatchObject({ value: { accountNumber: '50001', site: '50001-3' } });
    expect(await desk.bill({ ...ADA, address1: '12  harbour RD' })).toEqual(home);
    expect(desk.directory.calls.filter((call) => call === 'siteAt')).toHaveLength(2);
    expect(desk.directory.parties).toMatchObject([{ postcode: '94607' }]);
  });

  it('the shipping address has one on invoices where the set-up says so', async () => {
    const desk = new CustomerDesk({ shipTo: 'site-per-address' });
    const order = desk.orderOf(ADA);
    expect(await desk.bill(order)).toEqual({ ok: true, value: { accountNumber: '50001', site: '50001-1' } });
    const shipped = { ...desk.orderOf(ADA), shipping: { ...order.billing, address1: '9 Dock Rd', email: '' } };
    expect(await desk.bill(shipped)).toMatchObject({ value: { site: '50001-1', shipToSite: '50001-2' } });
  });

  it('the primary address follows where addresses have no sites of their own', async () => {
    const desk = new CustomerDesk();
    await desk.account(ADA);
    const billed = await desk.bill({ ...ADA, address1: '1 Bay St', postcode: '94704' });
    expect(billed).toMatchObject({ value: { site: '50001-1' } });
    expect(desk.directory.parties).toMatchObject([{ postcode: '94704' }]);
  });
});

it('foresees an account without asking Oracle', async () => {
  const desk = new CustomerDesk();
  const order = desk.orderOf({ ...ADA, id: 12 });
  expect(desk.work.foresee(order, desk.setup)).toMatchObject({
    value: { known: false, how: expect.stringContaining('Ada Byron') },
  });
  expect(desk.work.accountOf(order, desk.setup)).toBeNull();
  await desk.bill(order);
  expect(desk.work.foresee(order, desk.setup)).toMatchObject({ value: { known: true, how: 'account 50001' } });
  expect(desk.work.accountOf(order, desk.setup)).toMatchObject({ accountNumber: '50001' });
});
