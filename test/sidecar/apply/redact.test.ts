import { describe, expect, it } from 'vitest';
import { redactBody, redactPath } from '../../../sidecar/apply/redact.ts';

describe('redaction', () => {
  it('masks secrets and personal data in JSON and keeps ids, numbers and amounts to the digit', () => {
    const body =
      '{"CustomerTransactionId":300100184726519123,"BillToCustomerName":"Ada \\"A\\" Byron","BillToCustomerNumber":"40017","EnteredAmount":19.90,"password":"hunter2","Comments":"mail ada@example.org"}';
    expect(redactBody(body)).toBe(
      '{"CustomerTransactionId":300100184726519123,"BillToCustomerName":"A…","BillToCustomerNumber":"40017","EnteredAmount":19.90,"password":"[secret]","Comments":"mail a…@…"}',
    );
  });

  it('masks WooCommerce addresses', () => {
    expect(redactBody('{"billing":{"first_name":"Zoë","address_1":"12 Harbour Rd","country":"US","phone":"555"}}')).toBe(
      '{"billing":{"first_name":"Z…","address_1":"1…","country":"US","phone":"5…"}}',
    );
  });

  it('masks XML by element', () => {
    expect(
      redactBody('<env:Body><cus:AccountName>Blue Heron</cus:AccountName><cus:PartyId>300100</cus:PartyId></env:Body>'),
    ).toBe('<env:Body><cus:AccountName>B…</cus:AccountName><cus:PartyId>300100</cus:PartyId></env:Body>');
  });

  it('masks form fields and query strings that carry secrets', () => {
    expect(redactBody('grant_type=client_credentials&client_secret=abc')).toBe(
      'grant_type=client_credentials&client_secret=[secret]',
    );
    expect(redactPath('/wp-json/wc/v3/orders?consumer_key=ck_1&oauth_signature=xyz&page=2')).toBe(
      '/wp-json/wc/v3/orders?consumer_key=[secret]&oauth_signature=[secret]&page=2',
    );
  });

  it('masks whom a look-up asks for, encoded as it is', () => {
    const masked = (path: string) => decodeURIComponent(redactPath(path));
    expect(redactPath('/wp-json/wc/v3/customers?search=Ada%20Byron&role=all&page=2')).toBe(
      `/wp-json/wc/v3/customers?search=${encodeURIComponent('A…')}&role=all&page=2`,
    );
    expect(masked('/hubPersons?q=EmailAddress%3D%27ada%40example.org%27%20or%20PersonName%3D%27Ada%20Byron%27&limit=25')).toBe(
      "/hubPersons?q=EmailAddress='a…' or PersonName='A…'&limit=25",
    );
    expect(masked('/hubPersons?q=PersonName%3E%22Ada+B%22&orderBy=PersonName:asc')).toBe(
      '/hubPersons?q=PersonName>"A…"&orderBy=PersonName:asc',
    );
    expect(masked('/x?finder=EmailRF%3BEmailAddress%3Dada%40example.org')).toBe('/x?finder=EmailRF;EmailAddress=a…');
    const plain = '/receivablesInvoices?q=TransactionNumber%3D%27WEB-1042%27%20and%20BusinessUnit%3D%27US%27&onlyData=true';
    expect(redactPath(plain)).toBe(plain);
  });

  it('masks what custom fields of a shop say, but for amounts and plain words', () => {
    const body =
      '{"meta_data":[{"id":1,"key":"_doorbell","value":"Byron, 2nd floor"},{"key":"_vat","value":"DE123456789"},{"key":"_fee","value":"0.59"},{"key":"_test","value":"yes"}]}';
    expect(redactBody(body)).toBe(
      '{"meta_data":[{"id":1,"key":"_doorbell","value":"B…"},{"key":"_vat","value":"D…"},{"key":"_fee","value":"0.59"},{"key":"_test","value":"yes"}]}',
    );
  });

  it('masks card numbers by their check digit', () => {
    expect(redactBody('note 4111 1111 1111 1111, id 4111111111111112')).toBe('note [card], id 4111111111111112');
  });
});
