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

  it('masks card numbers by their check digit', () => {
    expect(redactBody('note 4111 1111 1111 1111, id 4111111111111112')).toBe('note [card], id 4111111111111112');
  });
});
