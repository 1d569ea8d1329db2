import { afterEach, describe, expect, it } from 'vitest';
import type { CustomerProgress, NewCustomer } from '../../../sidecar/apply/ports.ts';
import type { OracleOptions } from '../../../sidecar/oracle/options.ts';
import { order } from '../support/orders.ts';
import { endFake, type Fake, json, keepingTrail, oracleAt, type SeenRequest, type Step, startFake } from './fake-oracle.ts';

/** A trading community of one party kind at a time: it keeps what it is told and shows it, and can lose an answer on the way. */
function community() {
  const parties: Record<string, unknown>[] = [];
  const addresses: Record<string, unknown>[] = [];
  const accounts: { AccountId: number; AccountNumber: string; CustomerId: string }[] = [];
  const profiles: string[] = [];
  const loseAfter = new Set<string>();
  let lastId = 300100184000000;
  const id = () => (lastId += 1);
  const collection = (items: object[]): Step => json(200, { items, count: items.length, hasMore: false, limit: 25, offset: 0 });
  const soap = (inner: string): Step => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><r><result><Value>${inner}</Value></result></r></env:Body></env:Envelope>`,
  });
  const fault = (message: string): Step => ({
    status: 500,
    headers: { 'content-type': 'text/xml' },
    body: `<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><env:Fault><faultcode>env:Server</faultcode><faultstring>${message}</faultstring></env:Fault></env:Body></env:Envelope>`,
  });
  const tag = (body: string, name: string) => new RegExp(`<(?:\\w+:)?${name}>([^<]*)<`).exec(body)?.[1] ?? '';
  /** The answer, unless a test wants this one lost after the work is done. */
  const done = (what: string, step: Step): Step => (loseAfter.delete(what) ? 'hang-up' : step);

  const answer = (request: SeenRequest): Step => {
    const url = new URL(request.path, 'http://x');
    const path = url.pathname;
    const condition = `${url.searchParams.get('finder') ?? ''}${url.searchParams.get('q') ?? ''}`;
    if (path.endsWith('?WSDL') || request.path.endsWith('?WSDL')) return { status: 403, body: '' };
    if (path.endsWith('/child/Address')) {
      if (request.method === 'GET') return collection(addresses);
      const address = { ...JSON.parse(request.body), AddressId: id(), LocationId: id(), AddressNumber: `A${lastId}` };
      addresses.push(address);
      return done('address', json(201, address));
    }
    if (/\/child\/Address\//.test(path)) {
      Object.assign(addresses[0] ?? {}, JSON.parse(request.body));
      return json(200, addresses[0] ?? {});
    }
    if (/\/hub(Persons|Organizations)$/.test(path)) {
      if (request.method === 'GET') {
        const kind = path.endsWith('hubPersons') ? 'person' : 'organization';
        return collection(
          parties.filter(
            (party) =>
              party.kind === kind &&
              [
                party.SourceSystemReferenceValue,
                party.EmailAddress,
                party.PersonName,
                party.OrganizationName,
                party.PartyId,
              ].some((value) => value !== undefined && condition.includes(String(value))),
          ),
        );
      }
      const { Address, ...body } = JSON.parse(request.body);
      const party = {
        ...body,
        kind: path.endsWith('hubPersons') ? 'person' : 'organization',
        PartyId: id(),
        PartyNumber: `P${lastId}`,
        ...(body.LastName && { PersonName: [body.FirstName, body.LastName].filter(Boolean).join(' ') }),
      };
      parties.push(party);
      const made = (Address ?? []).map((each: object) => ({
        ...each,
        AddressId: id(),
        LocationId: id(),
        AddressNumber: `A${lastId}`,
      }));
      addresses.push(...made);
      return done('party', json(201, { ...party, Address: made }));
    }
    if (/\/hub(Persons|Organizations)\//.test(path)) {
      Object.assign(parties[0] ?? {}, JSON.parse(request.body));
      return json(200, parties[0] ?? {});
    }
    if (path.endsWith('/setIdSets')) return collection([{ SetCode: 'COMMON', SetId: 300100000000001 }]);
    if (path.endsWith('/receivablesCustomerAccountSiteActivities')) {
      const found = accounts.filter(
        (account) => condition.includes(account.AccountNumber) || condition.includes(account.CustomerId),
      );
      return collection(
        found.map((account) => ({
          ...account,
          BillToSiteNumber: `${account.AccountNumber}-1`,
          BillToSiteUseId: 77,
          CustomerName: 'Ada Buyer',
        })),
      );
    }
    if (request.body.includes('createLocation')) return soap(`<LocationId>${id()}</LocationId>`);
    if (/merge(Organization|Person)>/.test(request.body)) {
      const site = { AddressId: id(), LocationId: Number(tag(request.body, 'LocationId')), AddressNumber: 'A', Country: 'US' };
      return soap(`<PartyId>1</PartyId><PartySite><PartySiteId>${site.AddressId}</PartySiteId></PartySite>`);
    }
    if (request.body.includes('createCustomerAccount')) {
      const account = {
        AccountId: id(),
        AccountNumber: String(40000 + accounts.length),
        CustomerId: tag(request.body, 'PartyId'),
      };
      accounts.push(account);
      return done(
        'account',
        soap(
          `<CustomerAccountId>${account.AccountId}</CustomerAccountId><AccountNumber>${account.AccountNumber}</AccountNumber>`,
        ),
      );
    }
    const accountId = tag(request.body, 'CustomerAccountId');
    if (request.body.includes('getActiveCustomerProfile')) {
      return profiles.includes(accountId)
        ? soap(`<CustomerAccountId>${accountId}</CustomerAccountId>`)
        : fault('JBO-FND:::FND_CMN_RCRD_MSNG: missing');
    }
    if (profiles.includes(accountId)) return fault('The profile already exists.');
    profiles.push(accountId);
    return done('profile', soap(`<CustomerAccountId>${accountId}</CustomerAccountId>`));
  };
  return { answer, parties, addresses, accounts, profiles, loseAfter };
}

const { billing } = order();
const address = { ...billing, lastName: 'Buyer', phone: '+1 510 555 0100' };
const ada: NewCustomer = {
  kind: 'person',
  sourceSystem: 'WEBSTORE',
  sourceReference: 'WEB-wp_user:5512',
  name: 'Ada Buyer',
  store: { id: 5512, email: 'ada@example.org', firstName: 'Ada', lastName: 'Buyer', company: '', role: 'customer' },
  billing: address,
  siteSetCode: 'COMMON',
};

let fake: Fake | undefined;
let end = () => {};
afterEach(async () => {
  end();
  await endFake(fake);
  fake = undefined;
});

async function world(more: Partial<OracleOptions> = {}) {
  const tca = community();
  fake = await startFake(tca.answer);
  const oracle = oracleAt(fake.url, more);
  end = () => oracle.close();
  const kept: CustomerProgress[] = [];
  const trail = keepingTrail();
  const create = (customer = ada, done: CustomerProgress = {}) =>
    oracle.customers.create(
      customer,
      done,
      async (now) => {
        kept.push(now);
      },
      trail,
    );
  const writes = () =>
    (fake?.requests ?? []).filter((request) => request.method !== 'GET' && !request.body.includes('getActive'));
  return { tca, oracle, trail, create, kept, writes };
}

describe('a new customer', () => {
  it('becomes party, address, account with bill-to site, and profile, each step kept before the next', async () => {
    const { tca, create, kept, writes } = await world();
    const made = await create();
    expect(made).toMatchObject({
      ok: true,
      value: { accountNumber: '40000', site: '40000-1', siteUseId: '77', partyNumber: tca.parties[0]?.PartyNumber },
    });
    expect(writes()).toHaveLength(3); // party with its address, account, profile
    expect(kept.map((step) => Object.keys(step).length)).toEqual([4, 8, 9]);
    expect(kept.at(-1)).toMatchObject({ accountNumber: '40000', profile: 'created' });
    expect(tca.parties[0]).toMatchObject({
      FirstName: 'Ada',
      LastName: 'Buyer',
      EmailAddress: 'ada@example.org',
      SourceSystem: 'WEBSTORE',
      SourceSystemReferenceValue: 'WEB-wp_user:5512',
      PartyUsageCode: 'CUSTOMER',
    });
    expect(tca.addresses[0]).toMatchObject({
      Address1: '12 Harbour Rd',
      City: 'Oakland',
      State: 'CA',
      PostalCode: '94607',
      Country: 'US',
    });
  });

  it('names party site, set and source reference on the account', async () => {
    const { create, writes } = await world();
    await create();
    const sent = writes().find((request) => request.body.includes('createCustomerAccount'))?.body ?? '';
    expect(sent).toContain('<obj:SetId>300100000000001</obj:SetId>');
    expect(sent).toContain('<obj:OrigSystemReference>WEB-wp_user:5512</obj:OrigSystemReference>');
    expect(sent).toContain('<obj:CustomerAccountSiteUse><obj:SiteUseCode>BILL_TO</obj:SiteUseCode>');
    expect(sent).toMatch(/<obj:PartySiteId>\d+<\/obj:PartySiteId>/);
  });

  it('that is a company becomes an organization', async () => {
    const { tca, create } = await world();
    await create({ ...ada, kind: 'organization', name: 'Blue Heron Cafe LLC' });
    expect(tca.parties[0]).toMatchObject({
      kind: 'organization',
      OrganizationName: 'Blue Heron Cafe LLC',
      RawPhoneNumber: '+1 510 555 0100',
    });
  });

  it.each(['person', 'organization'] as const)('gets its site over SOAP where that is chosen: %s', async (kind) => {
    const { tca, create, writes, kept } = await world({ switches: { partySiteBy: 'soap' } });
    expect(await create({ ...ada, kind })).toMatchObject({ ok: true });
    expect(tca.addresses).toEqual([]);
    const [, location, merge] = writes();
    expect(location?.path).toBe('/crmService/FoundationPartiesLocationService');
    expect(location?.body).toContain('<typ:createLocation><typ:location>');
    expect(merge?.path).toBe(
      kind === 'person' ? '/crmService/FoundationPartiesPersonService' : '/crmService/FoundationPartiesOrganizationService',
    );
    expect(merge?.body).toMatch(/<obj:PartySite><par:LocationId>\d+<\/par:LocationId>/);
    expect(kept.map((step) => step.locationId !== undefined)).toEqual([false, true, true, true, true]);
  });

  it.each(['party', 'account', 'profile'])('is not made twice when the answer to the %s is lost', async (what) => {
    const { tca, oracle, create } = await world();
    tca.loseAfter.add(what);
    expect(await create()).toMatchObject({ ok: true, value: { accountNumber: '40000' } });
    expect([tca.parties.length, tca.addresses.length, tca.accounts.length, tca.profiles.length]).toEqual([1, 1, 1, 1]);
    expect(oracle.waits).toEqual([2_000]);
  });

  it('looks three times over half a minute before a lost answer is left to the queue', async () => {
    fake = await startFake((request) => (request.method === 'POST' ? 'hang-up' : community().answer(request)));
    const oracle = oracleAt(fake.url);
    end = () => oracle.close();
    const result = await oracle.customers.create(ada, {}, async () => {}, keepingTrail());
    expect(result).toMatchObject({ failure: { kind: 'retryable', outcomeUnknown: true } });
    expect(oracle.waits).toEqual([2_000, 8_000, 20_000]);
    expect(fake.requests.map((request) => request.method)).toEqual(['GET', 'POST', 'GET', 'GET', 'GET']);
  });

  it('goes on after a crash at any step and makes nothing twice', async () => {
    const whole = await world();
    await whole.create();
    const steps = [{}, ...whole.kept];
    for (const done of steps)
      expect(await whole.create(ada, done)).toMatchObject({ ok: true, value: { accountNumber: '40000' } });
    const { tca } = whole;
    expect([tca.parties.length, tca.addresses.length, tca.accounts.length, tca.profiles.length]).toEqual([1, 1, 1, 1]);
  });

  it('waits for a person when the set of its site is unknown', async () => {
    const { create } = await world();
    expect(await create({ ...ada, siteSetCode: 'NOWHERE' })).toMatchObject({
      failure: { kind: 'needs-attention', code: 'oracle.set_unknown', message: expect.stringContaining('NOWHERE') },
    });
  });
});

describe('looking a customer up', () => {
  it('finds the account and its site by number, and nothing by a number that is not there', async () => {
    const { create, oracle, trail } = await world();
    await create();
    expect(await oracle.customers.findAccount('40000', trail)).toMatchObject({
      value: { accountNumber: '40000', site: '40000-1' },
    });
    expect(await oracle.customers.findAccount('99999', trail)).toEqual({ ok: true, value: null });
  });

  it('finds by source reference, e-mail and name, with the account', async () => {
    const { create, oracle, trail } = await world();
    await create();
    const { customers } = oracle;
    const match = [{ name: 'Ada Buyer', email: 'ada@example.org', account: { accountNumber: '40000' } }];
    expect(await customers.findBySourceReference('WEBSTORE', 'WEB-wp_user:5512', trail)).toMatchObject({ value: match });
    expect(await customers.findByEmail('ada@example.org', trail)).toMatchObject({ value: match });
    expect(await customers.findByName('person', ' Ada  Buyer ', trail)).toMatchObject({ value: match });
    expect(await customers.findByName('organization', 'Ada Buyer', trail)).toMatchObject({ value: [] });
  });

  it('keeps nobody whose name only begins the same', async () => {
    const { tca, oracle, trail } = await world();
    tca.parties.push({ kind: 'person', PartyId: 1, PartyNumber: 'P1', PersonName: 'Ada Buyer-Smith', EmailAddress: 'Ada Buyer' });
    expect(await oracle.customers.findByName('person', 'Ada Buyer', trail)).toEqual({ ok: true, value: [] });
  });

  it("does not put a quote into a query: O'Brien is simply not found", async () => {
    const { oracle, trail } = await world();
    expect(await oracle.customers.findByEmail("o'brien@example.org", trail)).toEqual({ ok: true, value: [] });
    expect(fake?.requests).toEqual([]);
  });
});

describe('a customer that changed in the store', () => {
  it('has name, e-mail, phone and address changed, and only the address that differs', async () => {
    const { tca, create, oracle, trail, writes } = await world();
    const made = await create();
    if (!made.ok) throw new Error('not made');
    const before = writes().length;
    const moved = { ...ada, billing: { ...address, lastName: 'Lovelace', city: 'Berkeley' } };
    expect(await oracle.customers.update(made.value, moved, trail)).toEqual({ ok: true, value: undefined });
    expect(tca.parties[0]).toMatchObject({ LastName: 'Lovelace' });
    expect(tca.addresses).toMatchObject([{ City: 'Berkeley' }]);
    expect(
      writes()
        .slice(before)
        .map((request) => request.method),
    ).toEqual(['PATCH', 'PATCH']);
    await oracle.customers.update(made.value, moved, trail);
    expect(
      writes()
        .slice(before + 2)
        .map((request) => request.path.includes('Address')),
    ).toEqual([false]);
  });
});
