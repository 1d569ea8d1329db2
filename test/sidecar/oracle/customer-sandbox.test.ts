import { afterEach, describe, expect, it } from 'vitest';
import type { CustomerProgress, NewCustomer, Trail } from '../../../sidecar/apply/ports.ts';
import { expectOk } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { Oracle } from '../../../sidecar/oracle/create-oracle.ts';
import { ada, invoice, line } from './documents.ts';
import { closePod, control, PROFILES, world } from './pod.ts';

afterEach(closePod);

const { billing } = ada;
const berkeley = { ...billing, address1: '1 Bay St', city: 'Berkeley', postcode: '94704' };

const CREATIONS = [
  ['address', ['hubPersons', 'CustomerAccountService', 'ReceivablesCustomerProfileService']],
  ['soap', ['hubPersons', 'createLocation', 'mergePerson', 'createCustomerAccount', 'createCustomerProfile']],
] as const;
const FAULTS = ['hangup-after-commit', 'hangup-before-commit', 'half', 'empty', '503', '500'] as const;

/** What the pod holds of ada, counted where a double would show. */
async function held(oracle: Oracle, trail: Trail) {
  const found = expectOk(await oracle.customers.findByEmail('ada@example.org', trail));
  return { parties: found.length, accounts: found.map((match) => match.account?.accountNumber) };
}

const cases = CREATIONS.flatMap(([partySiteBy, steps]) =>
  steps.flatMap((step) => FAULTS.map((fault) => [partySiteBy, step, fault] as const)),
);

describe('an account in the making', () => {
  it.each(cases)('with party sites by %s and %s answering with %s is made once in the end', async (partySiteBy, step, fault) => {
    const { oracle, trail } = await world('26D', {}, { switches: { partySiteBy } });
    await control('POST', 'faults', { fault, route: step, method: 'POST' });
    let progress: CustomerProgress = {};
    const keep = async (now: CustomerProgress) => {
      progress = now;
    };
    let made = await oracle.customers.create(ada, {}, keep, trail);
    // What the queue does: the same call again, with what was kept.
    if (!made.ok) made = await oracle.customers.create(ada, progress, keep, trail);
    const account = expectOk(made);
    expect(await held(oracle, trail)).toEqual({ parties: 1, accounts: [account.accountNumber] });
    const [party] = expectOk(await oracle.customers.findBySourceReference('WEBSTORE', ada.sourceReference, trail));
    expect(party?.account?.site).not.toBeNull();
  });

  it.each(['address', 'soap'] as const)('with party sites by %s survives a kill at every single request', async (partySiteBy) => {
    const create = async (oracle: Oracle, done: CustomerProgress, trail: Trail) => {
      let progress = done;
      const keep = async (now: CustomerProgress) => {
        progress = now;
      };
      return { made: await oracle.customers.create(ada, done, keep, trail), progress };
    };
    for (let request = 1; ; request += 1) {
      const { oracle, trail } = await world('26D', {}, { switches: { partySiteBy } });
      // This request is carried out and its answer lost; all that follow find nobody: as far as the pod knows, we died here.
      await control('POST', 'faults', { fault: 'hangup-after-commit', route: '*', after: request - 1 });
      await control('POST', 'faults', { fault: 'hangup-before-commit', route: '*', after: request - 1, count: 0 });
      const killed = await create(oracle, {}, trail);
      await control('DELETE', 'faults');
      const account = expectOk((await create(oracle, killed.progress, trail)).made);
      expect(await held(oracle, trail)).toEqual({ parties: 1, accounts: [account.accountNumber] });
      await closePod();
      if (killed.made.ok) {
        expect(request).toBeGreaterThan(partySiteBy === 'address' ? 8 : 10); // it did die everywhere on the way
        break;
      }
    }
  });
});

describe.each(PROFILES)('sites of an account, release %s', (profile) => {
  async function withAccount(partySiteBy: 'address' | 'soap' = 'address') {
    const pod = await world(profile, {}, { switches: { partySiteBy } });
    const account = expectOk(await pod.oracle.customers.create(ada, {}, async () => {}, pod.trail));
    return { ...pod, account };
  }
  it.each(['address', 'soap'] as const)('a second address gets a bill-to site that can be billed, by %s', async (partySiteBy) => {
    const { oracle, trail, account } = await withAccount(partySiteBy);
    const moved = { ...ada, billing: berkeley };
    const site = expectOk(await oracle.customers.siteAt(account, moved, 'BILL_TO', trail));
    expect(site.site).not.toBe(account.site);
    expect(expectOk(await oracle.customers.siteAt(account, moved, 'BILL_TO', trail))).toEqual(site);
    expect(expectOk(await oracle.customers.siteAt(account, ada, 'BILL_TO', trail)).site).toBe(account.site);
    const document = invoice({
      lines: [line({ memoLine: 'Web Product', accountCombination: '01-4110' })],
      billTo: { accountNumber: account.accountNumber, site: site.site },
    });
    const billed = await oracle.receivables.create(oracle.receivables.prepare(document), trail);
    expect(billed).toMatchObject({ ok: true, value: { customerAccountNumber: account.accountNumber } });
  });

  it('a ship-to site stands on the address that is billed, too, and on invoices', async () => {
    const { oracle, trail, account } = await withAccount();
    const here = expectOk(await oracle.customers.siteAt(account, ada, 'SHIP_TO', trail));
    const there = expectOk(await oracle.customers.siteAt(account, { ...ada, billing: berkeley }, 'SHIP_TO', trail));
    expect(there.site).not.toBe(here.site);
    expect(expectOk(await oracle.customers.siteAt(account, ada, 'SHIP_TO', trail))).toEqual(here);
    const document = invoice({
      lines: [line({ memoLine: 'Web Product', accountCombination: '01-4110' })],
      billTo: { accountNumber: account.accountNumber, shipToSite: there.site },
      total: minor(2500),
    });
    expect(await oracle.receivables.create(oracle.receivables.prepare(document), trail)).toMatchObject({ ok: true });
  });

  it.each([
    ['address', 'child/Address'],
    ['address', 'mergeCustomerAccount'],
    ['soap', 'createLocation'],
    ['soap', 'mergePerson'],
    ['soap', 'mergeCustomerAccount'],
  ] as const)('is made once although, by %s, the answer of %s is lost', async (partySiteBy, route) => {
    const { oracle, trail, account } = await withAccount(partySiteBy);
    await control('POST', 'faults', { fault: 'hangup-after-commit', route, method: 'POST' });
    const moved = { ...ada, billing: berkeley };
    const first = await oracle.customers.siteAt(account, moved, 'BILL_TO', trail);
    const site = expectOk(first.ok ? first : await oracle.customers.siteAt(account, moved, 'BILL_TO', trail));
    expect(expectOk(await oracle.customers.siteAt(account, moved, 'BILL_TO', trail))).toEqual(site);
    const rows = expectOk(await oracle.customers.findAccount(account.accountNumber, trail));
    expect(rows?.site).toBeNull(); // several bill-to sites: none is named
    await control('DELETE', 'requests');
    await oracle.customers.siteAt(account, moved, 'BILL_TO', trail);
    const log = await control<{ requests: { body: string }[] }>('GET', 'requests');
    expect(log.requests.filter((request) => request.body?.includes('mergeCustomerAccount'))).toEqual([]);
  });
});

describe('people who search', () => {
  it('find an account by number, e-mail, and the beginning of a name', async () => {
    const { oracle, trail } = await world('26D');
    const { accountNumber } = expectOk(await oracle.customers.create(ada, {}, async () => {}, trail));
    const cafe: NewCustomer = { ...ada, kind: 'organization', sourceReference: 'WEB-wp_user:7', name: 'Ada Roasters LLC' };
    const company = expectOk(
      await oracle.customers.create({ ...cafe, billing: { ...billing, email: 'cafe@example.org' } }, {}, async () => {}, trail),
    );
    const numbers = async (text: string) =>
      expectOk(await oracle.customers.search(text, trail)).map((match) => match.account?.accountNumber);
    expect(await numbers('40017')).toEqual(['40017']);
    expect(await numbers(accountNumber)).toEqual([accountNumber]);
    expect(await numbers('ADA@example.org')).toEqual([accountNumber]);
    expect((await numbers('Ada')).toSorted()).toEqual([accountNumber, company.accountNumber].toSorted());
    expect(await numbers('Ada R')).toEqual([company.accountNumber]);
    expect(await numbers('Nobody')).toEqual([]);
    const [shown] = expectOk(await oracle.customers.search('40017', trail));
    expect(shown).toMatchObject({ kind: 'organization', name: 'Web Shop Customers', email: 'shop@example.org' });
  });

  it('find nothing where the text cannot be put into a query', async () => {
    const { oracle, trail } = await world('26D');
    expect(await oracle.customers.search("o'brien", trail)).toEqual({ ok: true, value: [] });
  });

  it('pass over parties that are known to be others', async () => {
    const { oracle, trail } = await world('26D');
    const made = expectOk(await oracle.customers.create(ada, {}, async () => {}, trail));
    const found = await oracle.customers.findByName('person', 'ADA BYRON', trail, (partyId) => partyId === made.partyId);
    expect(found).toEqual({ ok: true, value: [] });
  });
});

describe('a change of the customer', () => {
  it('leaves the name of a party of the other kind, and the address where it has sites of its own', async () => {
    const { oracle, trail } = await world('26D');
    const made = expectOk(await oracle.customers.create(ada, {}, async () => {}, trail));
    const company: NewCustomer = {
      ...ada,
      kind: 'organization',
      name: 'Byron Ltd',
      billing: { ...berkeley, company: 'Byron Ltd', email: 'office@example.org' },
    };
    expectOk(await oracle.customers.update(made, company, trail, { address: false }));
    const [party] = expectOk(await oracle.customers.findByEmail('office@example.org', trail));
    expect(party).toMatchObject({ kind: 'person', name: 'Ada Byron', postcode: billing.postcode });
    expectOk(await oracle.customers.update(made, company, trail));
    expect(expectOk(await oracle.customers.findByEmail('office@example.org', trail))).toMatchObject([{ postcode: '94704' }]);
  });
});

describe('a VAT number', () => {
  const cafe: NewCustomer = { ...ada, kind: 'organization', name: 'Ada Roasters LLC', vatNumber: 'DE811569869' };

  it('is the taxpayer number of the party that is made, found again in the spellings of Oracle, and changed with the customer', async () => {
    const { oracle, trail } = await world('26D');
    const made = expectOk(await oracle.customers.create(cafe, {}, async () => {}, trail));
    expect(expectOk(await oracle.customers.findByTaxNumber('DE811569869', trail))).toMatchObject([
      { name: 'Ada Roasters LLC', vatNumber: 'DE811569869', account: { accountNumber: made.accountNumber } },
    ]);
    expectOk(await oracle.customers.update(made, { ...cafe, vatNumber: 'DE123456789' }, trail));
    expect(expectOk(await oracle.customers.findByTaxNumber('DE811569869', trail))).toEqual([]);
    expect(expectOk(await oracle.customers.findByTaxNumber('DE123456789', trail))).toHaveLength(1);
    // A profile that says nothing of it any more takes nothing away.
    const { vatNumber: _none, ...silent } = cafe;
    expectOk(await oracle.customers.update(made, silent, trail));
    expect(expectOk(await oracle.customers.findByTaxNumber('DE123456789', trail))).toHaveLength(1);
  });

  it.each(['811569869', 'DE 811569869'])(
    'that Oracle keeps as %s is the same of a German company, and of no other',
    async (kept) => {
      const { oracle, trail } = await world('26D');
      const german = { ...cafe, billing: { ...billing, country: 'DE', state: '', postcode: '10115' } };
      expectOk(await oracle.customers.create({ ...german, vatNumber: kept }, {}, async () => {}, trail));
      expect(expectOk(await oracle.customers.findByTaxNumber('DE811569869', trail))).toHaveLength(1);
      expect(expectOk(await oracle.customers.findByTaxNumber('EE811569869', trail))).toEqual([]);
    },
  );

  it('of a buyer who is no company is not written to the company they are linked to', async () => {
    const { oracle, trail } = await world('26D');
    const made = expectOk(await oracle.customers.create(cafe, {}, async () => {}, trail));
    expectOk(await oracle.customers.update(made, { ...ada, vatNumber: 'DE123456789' }, trail));
    expect(expectOk(await oracle.customers.findByTaxNumber('DE811569869', trail))).toHaveLength(1);
  });
});
