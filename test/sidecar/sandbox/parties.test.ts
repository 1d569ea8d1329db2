import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../sidecar/sandbox/json.ts';
import { type Answer, codes, invoice, type Pod, pod, rowsOf, value } from './support.ts';

const CRM = '/crmRestApi/resources/11.13.18.05';
const PARTIES = 'http://xmlns.oracle.com/apps/cdm/foundation/parties';
const SERVICES = {
  location: ['/crmService/FoundationPartiesLocationService', `${PARTIES}/locationService/`],
  organization: ['/crmService/FoundationPartiesOrganizationService', `${PARTIES}/organizationService/`],
  person: ['/crmService/FoundationPartiesPersonService', `${PARTIES}/personService/`],
  account: ['/crmService/CustomerAccountService', `${PARTIES}/customerAccountService/`],
  profile: [
    '/fscmService/ReceivablesCustomerProfileService',
    'http://xmlns.oracle.com/apps/financials/receivables/customers/customerProfileService/',
  ],
} as const;

/** A call with the body as it is written: prefix o is the service's own namespace, p the party service's. */
function call(client: Pod, name: keyof typeof SERVICES, operation: string, inner: string): Promise<Answer> {
  const [path, namespace] = SERVICES[name];
  const base = name === 'profile' ? namespace : `${namespace}applicationModule/`;
  const body = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="${base}types/" xmlns:o="${namespace}" xmlns:p="${PARTIES}/partyService/"><e:Body><t:${operation}>${inner}</t:${operation}></e:Body></e:Envelope>`;
  return client.send('POST', path, body, { 'content-type': 'text/xml', SOAPAction: `${base}${operation}` });
}
const text = (answer: Answer, name: string): string =>
  new RegExp(`<(?:\\w+:)?${name}\\b[^>]*>([^<]*)<`).exec(answer.text)?.[1] ?? '';
const BY = '<o:CreatedByModule>HZ_WS</o:CreatedByModule>';

/** The steps of contract section 5.3: location, party, party site, account with bill-to; the account number. */
async function newAccount(
  client: Pod,
  name = 'Lighthouse Books',
): Promise<{ answer: Answer; partyId: string; partySiteId: string; accountId: string }> {
  const location = await call(
    client,
    'location',
    'createLocation',
    `<t:location><o:Country>US</o:Country><o:Address1>3 Pier Rd</o:Address1><o:City>Monterey</o:City><o:State>CA</o:State>${BY}</t:location>`,
  );
  const usage =
    '<o:PartyUsageAssignment><p:PartyUsageCode>CUSTOMER</p:PartyUsageCode><p:CreatedByModule>HZ_WS</p:CreatedByModule></o:PartyUsageAssignment>';
  const site = `<o:PartySite><p:LocationId>${text(location, 'LocationId')}</p:LocationId><p:CreatedByModule>HZ_WS</p:CreatedByModule></o:PartySite>`;
  const party = await call(
    client,
    'organization',
    'createOrganization',
    `<t:organizationParty>${BY}${usage}${site}<o:OrganizationProfile><o:OrganizationName>${name}</o:OrganizationName>${BY}</o:OrganizationProfile></t:organizationParty>`,
  );
  expect([location.status, party.status]).toEqual([200, 200]);
  const partyId = text(party, 'PartyId');
  const partySiteId = text(party, 'PartySiteId');
  const siteUse = `<o:CustomerAccountSiteUse><o:SiteUseCode>BILL_TO</o:SiteUseCode>${BY}</o:CustomerAccountSiteUse>`;
  const accountSite = `<o:CustomerAccountSite><o:PartySiteId>${partySiteId}</o:PartySiteId><o:SetCode>COMMON</o:SetCode>${BY}${siteUse}</o:CustomerAccountSite>`;
  const answer = await call(
    client,
    'account',
    'createCustomerAccount',
    `<t:customerAccount><o:PartyId>${partyId}</o:PartyId><o:AccountName>${name}</o:AccountName>${BY}<o:OrigSystem>WEBSTORE</o:OrigSystem><o:OrigSystemReference>WEB-${partyId}</o:OrigSystemReference>${accountSite}</t:customerAccount>`,
  );
  return { answer, partyId, partySiteId, accountId: text(answer, 'CustomerAccountId') };
}

describe('parties over REST', () => {
  it('are found by source reference, e-mail, name and number', async () => {
    const client = await pod();
    const find = async (resource: string, query: Record<string, string>) =>
      (await client.items(`${CRM}/${resource}`, query)).map((row) => row.PartyName ?? row.OrganizationName ?? row.PersonName);
    const finder = 'SourceSystemReferenceRF;SourceSystem=WEBSTORE,SourceSystemReferenceValue=WEB-wp_user:5512';
    expect(await find('hubOrganizations', { finder })).toEqual(['Blue Heron Cafe LLC']);
    expect(await find('hubOrganizations', { finder: finder.replace('WEBSTORE', 'OTHER') })).toEqual([]);
    expect(await find('hubPersons', { finder })).toEqual([]);
    expect(await find('hubOrganizations', { q: "EmailAddress='accounts@blueheron.example'" })).toEqual(['Blue Heron Cafe LLC']);
    expect(await find('hubPersons', { q: "EmailAddress='maria.lopez@example.net'" })).toEqual(['Maria Lopez']);
    expect(await find('hubOrganizations', { q: "OrganizationName='Alpine Outfitters Inc'" })).toEqual(['Alpine Outfitters Inc']);
    expect(await find('hubOrganizations', { finder: 'PartyNumberRF;PartyNumber=CDRM_40017' })).toEqual(['Web Shop Customers']);
    expect(
      await find('hubOrganizations', { q: "SourceSystemReferenceValue in ('WEB-wp_user:7001', 'WEB-wp_user:5512')" }),
    ).toEqual(['Blue Heron Cafe LLC', 'Blumen Bauer GmbH']);
  });

  it('are made with address, usage and reference in one request', async () => {
    const client = await pod();
    const created = await client.create(`${CRM}/hubOrganizations`, {
      OrganizationName: 'Lighthouse Books',
      EmailAddress: 'hello@lighthouse.example',
      PartyUsageCode: 'CUSTOMER',
      SourceSystem: 'WEBSTORE',
      SourceSystemReferenceValue: 'WEB-wp_user:9',
      Address: [{ Address1: '3 Pier Rd', City: 'Monterey', State: 'CA', Country: 'US' }],
    });
    const [address] = rowsOf(created, 'Address');
    expect(value(created, 'PartyId')).toMatch(/^\d{18}$/);
    expect(value(address, 'AddressId')).toMatch(/^\d{18}$/);
    expect(created).toMatchObject({ OrganizationName: 'Lighthouse Books', City: 'Monterey' });
    const path = `${CRM}/hubOrganizations/${value(created, 'PartyNumber')}`;
    expect(await client.items(`${path}/child/ContactPoint`)).toMatchObject([
      { EmailAddress: 'hello@lighthouse.example', ContactPointType: 'EMAIL' },
    ]);
    expect(await client.items(`${path}/child/UsageAssignment`)).toMatchObject([{ PartyUsageCode: 'CUSTOMER' }]);
    expect(await client.items(`${path}/child/SourceSystemReference`)).toMatchObject([
      { SourceSystemReferenceValue: 'WEB-wp_user:9' },
    ]);
  });

  it('keep a taxpayer number and show it with the bill-to site; no attribute of theirs takes a tax registration', async () => {
    const client = await pod();
    const [party] = await client.items(`${CRM}/hubOrganizations`, { q: "OrganizationName='Alpine Outfitters Inc'" });
    const path = `${CRM}/hubOrganizations/${value(party, 'PartyNumber')}`;
    const number = { TaxpayerIdentificationNumber: 'DE811569869' };
    expect((await client.rest('PATCH', path, number)).json).toMatchObject(number);
    expect(await client.items(`${CRM}/hubOrganizations`, { q: "TaxpayerIdentificationNumber='DE811569869'" })).toMatchObject([
      { OrganizationName: 'Alpine Outfitters Inc' },
    ]);
    const sites = await client.items('/fscmRestApi/resources/11.13.18.05/receivablesCustomerAccountSiteActivities', {
      q: "CustomerName='Alpine Outfitters Inc'",
    });
    expect(sites.length).toBeGreaterThan(0);
    for (const site of sites) expect(site).toMatchObject({ ...number, TaxRegistrationNumber: null });
    const refused = await client.rest('PATCH', path, { TaxRegistrationNumber: 'DE811569869' });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('TaxRegistrationNumber');
  });

  it('change their name, e-mail and address', async () => {
    const client = await pod();
    const created = await client.create(`${CRM}/hubPersons`, {
      FirstName: 'Ada',
      LastName: 'Buyer',
      EmailAddress: 'ada@old.example',
      Address: [{ Address1: '1 Elm', City: 'Oakland', Country: 'US' }],
    });
    const path = `${CRM}/hubPersons/${value(created, 'PartyNumber')}`;
    const changed = await client.rest('PATCH', path, { LastName: 'Byron', EmailAddress: 'ada@new.example', City: 'Berkeley' });
    expect(changed.json).toMatchObject({
      PersonName: 'Ada Byron',
      EmailAddress: 'ada@new.example',
      City: 'Berkeley',
      Address1: '1 Elm',
    });
    expect(await client.items(`${CRM}/hubPersons`, { q: "EmailAddress='ada@old.example'" })).toEqual([]);
    const second = await client.create(`${path}/child/Address`, {
      Address1: '2 Oak',
      City: 'Napa',
      Country: 'US',
      PrimaryFlag: true,
    });
    expect(((await client.get(path)) as JsonObject).City).toBe('Napa');
    expect(
      (await client.rest('PATCH', `${path}/child/Address/${value(second, 'AddressNumber')}`, { City: 'Sonoma' })).status,
    ).toBe(200);
    expect((await client.get(path)).City).toBe('Sonoma');
  });

  it.each([
    ['no name', { EmailAddress: 'a@b.example' }, '27014'],
    [
      'a system nobody registered',
      { OrganizationName: 'X', SourceSystem: 'SHOP9', SourceSystemReferenceValue: '1' },
      'HZ_INVALID_ORIG_SYSTEM',
    ],
    [
      'a reference that is taken',
      { OrganizationName: 'X', SourceSystem: 'WEBSTORE', SourceSystemReferenceValue: 'WEB-wp_user:5512' },
      'SBX_DUPLICATE_REFERENCE',
    ],
    ['a number that is taken', { OrganizationName: 'X', PartyNumber: 'CDRM_40017' }, 'SBX_DUPLICATE_PARTY_NUMBER'],
    ['an address without country', { OrganizationName: 'X', Address: [{ Address1: '1 Elm' }] }, '27014'],
  ])('are refused with %s, and nothing of them stays', async (_why, body, code) => {
    const client = await pod();
    const before = await client.get(`${CRM}/hubOrganizations`, { totalResults: 'true' });
    expect(codes(await client.rest('POST', `${CRM}/hubOrganizations`, body))).toEqual([code]);
    expect(value(await client.get(`${CRM}/hubOrganizations`, { totalResults: 'true' }), 'totalResults')).toBe(
      value(before, 'totalResults'),
    );
  });
});

describe('customer accounts over SOAP', () => {
  it('are made in Oracle’s order, can then be billed, and show in REST', async () => {
    const client = await pod();
    const { answer, accountId, partyId } = await newAccount(client);
    expect(answer.status).toBe(200);
    const number = text(answer, 'AccountNumber');
    const profile = await call(
      client,
      'profile',
      'createCustomerProfile',
      `<t:customerProfile><o:CustomerAccountId>${accountId}</o:CustomerAccountId><o:PartyId>${partyId}</o:PartyId><o:ProfileClassName>DEFAULT</o:ProfileClassName></t:customerProfile>`,
    );
    expect(profile.status).toBe(200);
    const made = await client.create('receivablesInvoices', invoice('WEB-1', { BillToCustomerNumber: number }));
    expect(made.BillToCustomerName).toBe('Lighthouse Books');
    const [site] = await client.items('receivablesCustomerAccountSiteActivities', { q: `AccountNumber='${number}'` });
    expect([site?.CustomerName, value(site, 'CustomerId')]).toEqual(['Lighthouse Books', partyId]);
  });

  it('need a profile before they can be billed where the pod says so (switch invoiceNeedsProfile)', async () => {
    const client = await pod({ switches: { invoiceNeedsProfile: 'on' } });
    const { answer } = await newAccount(client);
    expect(
      codes(
        await client.rest(
          'POST',
          'receivablesInvoices',
          invoice('WEB-1', { BillToCustomerNumber: text(answer, 'AccountNumber') }),
        ),
      ),
    ).toEqual(['SBX_NO_CUSTOMER_PROFILE']);
    await client.create('receivablesInvoices', invoice('WEB-1'));
  });

  it('are read by id, by reference, and by criteria', async () => {
    const client = await pod();
    const { accountId, partyId } = await newAccount(client);
    const byId = await call(client, 'account', 'getCustomerAccount', `<t:customerAccountId>${accountId}</t:customerAccountId>`);
    expect([text(byId, 'AccountName'), text(byId, 'SiteUseCode'), text(byId, 'PrimaryFlag')]).toEqual([
      'Lighthouse Books',
      'BILL_TO',
      'true',
    ]);
    const criteria =
      '<t:findCriteria xmlns:c="http://xmlns.oracle.com/adf/svc/types/"><c:fetchStart>0</c:fetchStart><c:fetchSize>-1</c:fetchSize></t:findCriteria>';
    const byReference = await call(
      client,
      'account',
      'getCustomerAccountByOriginalSystemReference',
      `${criteria}<t:bindOrigSystem>WEBSTORE</t:bindOrigSystem><t:bindOrigSystemReference>WEB-${partyId}</t:bindOrigSystemReference>`,
    );
    expect(text(byReference, 'CustomerAccountId')).toBe(accountId);
    const find = (attribute: string, operator: string, sought: string) =>
      call(
        client,
        'account',
        'findCustomerAccount',
        `<t:findCriteria xmlns:c="http://xmlns.oracle.com/adf/svc/types/"><c:fetchStart>0</c:fetchStart><c:fetchSize>1</c:fetchSize><c:filter><c:group><c:item><c:conjunction>And</c:conjunction><c:upperCaseCompare>true</c:upperCaseCompare><c:attribute>${attribute}</c:attribute><c:operator>${operator}</c:operator><c:value>${sought}</c:value></c:item></c:group></c:filter></t:findCriteria>`,
      );
    expect(text(await find('AccountName', 'CONTAINS', 'lighthouse'), 'CustomerAccountId')).toBe(accountId);
    expect(text(await find('AccountName', '=', 'lighthouse'), 'CustomerAccountId')).toBe('');
    expect((await find('AccountName', 'RESEMBLES', 'x')).status).toBe(500);
  });

  it('change, gain sites by merging, and keep what is not sent', async () => {
    const client = await pod();
    const { accountId, partyId } = await newAccount(client);
    const renamed = await call(
      client,
      'account',
      'updateCustomerAccount',
      `<t:customerAccount><o:CustomerAccountId>${accountId}</o:CustomerAccountId><o:Status>I</o:Status><o:Comments xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/></t:customerAccount>`,
    );
    expect([text(renamed, 'AccountName'), text(renamed, 'Status')]).toEqual(['Lighthouse Books', 'I']);
    const location = await call(
      client,
      'location',
      'createLocation',
      `<t:location><o:Country>US</o:Country><o:Address1>4 Pier Rd</o:Address1>${BY}</t:location>`,
    );
    const merged = await call(
      client,
      'organization',
      'mergeOrganization',
      `<t:organizationParty><o:PartyId>${partyId}</o:PartyId><o:PartySite><p:LocationId>${text(location, 'LocationId')}</p:LocationId><p:CreatedByModule>HZ_WS</p:CreatedByModule></o:PartySite></t:organizationParty>`,
    );
    const sites = [...merged.text.matchAll(/PartySiteId>(\d+)</g)].map((match) => match[1]);
    expect(sites).toHaveLength(2);
    const more = await call(
      client,
      'account',
      'mergeCustomerAccount',
      `<t:customerAccount><o:CustomerAccountId>${accountId}</o:CustomerAccountId><o:CustomerAccountSite><o:PartySiteId>${sites[1]}</o:PartySiteId><o:SetCode>COMMON</o:SetCode>${BY}<o:CustomerAccountSiteUse><o:SiteUseCode>BILL_TO</o:SiteUseCode>${BY}</o:CustomerAccountSiteUse></o:CustomerAccountSite></t:customerAccount>`,
    );
    expect([...more.text.matchAll(/PrimaryFlag>(\w+)</g)].map((match) => match[1])).toEqual(['true', 'false']);
  });

  it('have one profile, found by account', async () => {
    const client = await pod();
    const { accountId, partyId } = await newAccount(client);
    const get = () =>
      call(
        client,
        'profile',
        'getActiveCustomerProfile',
        `<t:customerProfile><o:CustomerAccountId>${accountId}</o:CustomerAccountId></t:customerProfile>`,
      );
    const missing = await get();
    expect([missing.status, text(missing, 'faultstring')]).toEqual([500, expect.stringContaining('JBO-FND:::FND_CMN_RCRD_MSNG')]);
    const create = () =>
      call(
        client,
        'profile',
        'createCustomerProfile',
        `<t:customerProfile><o:CustomerAccountId>${accountId}</o:CustomerAccountId><o:PartyId>${partyId}</o:PartyId></t:customerProfile>`,
      );
    expect((await create()).status).toBe(200);
    expect(text(await create(), 'code')).toBe('SBX_DUPLICATE_PROFILE');
    await call(
      client,
      'profile',
      'updateCustomerProfile',
      `<t:customerProfile><o:CustomerAccountId>${accountId}</o:CustomerAccountId><o:CreditLimit>500</o:CreditLimit></t:customerProfile>`,
    );
    expect(text(await get(), 'CreditLimit')).toBe('500');
  });

  it.each([
    ['a missing CreatedByModule', '<o:PartyId>1</o:PartyId>', 'JBO-27024'],
    ['an unknown party', `<o:PartyId>1</o:PartyId>${BY}`, 'JBO-27024'],
    ['an unknown field', `<o:Colour>blue</o:Colour>${BY}`, 'SBX_UNEXPECTED_ELEMENT'],
  ])('are refused with %s', async (_why, inner, code) => {
    const client = await pod();
    const answer = await call(client, 'account', 'createCustomerAccount', `<t:customerAccount>${inner}</t:customerAccount>`);
    expect([answer.status, text(answer, 'code')]).toEqual([500, code]);
  });

  it('are refused for a party that is no customer (HZ-120421), and with an unregistered system (HZ-120559)', async () => {
    const client = await pod();
    const bare = await call(
      client,
      'organization',
      'createOrganization',
      `<t:organizationParty>${BY}<o:OrganizationProfile><o:OrganizationName>X</o:OrganizationName></o:OrganizationProfile></t:organizationParty>`,
    );
    const account = (inner: string) =>
      call(
        client,
        'account',
        'createCustomerAccount',
        `<t:customerAccount><o:PartyId>${text(bare, 'PartyId')}</o:PartyId>${BY}${inner}</t:customerAccount>`,
      );
    expect(text(await account(''), 'code')).toBe('HZ-120421');
    const usage =
      '<o:PartyUsageAssignment><p:PartyUsageCode>CUSTOMER</p:PartyUsageCode><p:CreatedByModule>HZ_WS</p:CreatedByModule></o:PartyUsageAssignment>';
    await call(
      client,
      'organization',
      'mergeOrganization',
      `<t:organizationParty><o:PartyId>${text(bare, 'PartyId')}</o:PartyId>${usage}</t:organizationParty>`,
    );
    const refused = await account('<o:OrigSystem>SHOP9</o:OrigSystem><o:OrigSystemReference>1</o:OrigSystemReference>');
    expect(text(refused, 'code')).toBe('HZ-120559');
    expect((await account('')).status).toBe(200);
  });

  it('are made for persons too', async () => {
    const client = await pod();
    const person = await call(
      client,
      'person',
      'createPerson',
      `<t:personParty>${BY}<o:PersonProfile><o:PersonFirstName>Ada</o:PersonFirstName><o:PersonLastName>Byron</o:PersonLastName></o:PersonProfile></t:personParty>`,
    );
    expect([person.status, text(person, 'PartyName')]).toEqual([200, 'Ada Byron']);
    expect((await client.items(`${CRM}/hubPersons`, { q: `PartyId=${text(person, 'PartyId')}` })).length).toBe(1);
  });
});
