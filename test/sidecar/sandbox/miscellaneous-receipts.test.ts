import { describe, expect, it } from 'vitest';
import { type Answer, element, type Pod, pod, SOAP, soap, today, value } from './support.ts';

async function fee(client: Pod, change: Record<string, string> = {}): Promise<Answer> {
  const [unit] = await client.items('finBusinessUnitsLOV', { q: "BusinessUnitName='Northwind US BU'" });
  return soap(client, SOAP.miscellaneous, 'createMiscellaneousReceipt', 'miscellaneousReceipt', {
    CurrencyCode: 'USD',
    Amount: '-2.90',
    ReceiptNumber: 'WEB-1-F1',
    ReceiptDate: today(),
    GlDate: today(),
    ReceiptMethodName: 'Web Card Payments',
    ReceivableActivityName: 'Gateway Fees',
    OrgId: value(unit, 'BusinessUnitId') ?? '',
    ...change,
  });
}

const find = (client: Pod, number: string): Promise<Answer> => {
  const { path, namespace } = SOAP.miscellaneous;
  const adf = 'http://xmlns.oracle.com/adf/svc/types/';
  const body = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:typ="${namespace}types/" xmlns:adf="${adf}"><soapenv:Header/><soapenv:Body><typ:findMiscellaneousReceipt><typ:findCriteria><adf:fetchStart>0</adf:fetchStart><adf:fetchSize>10</adf:fetchSize><adf:filter><adf:group><adf:item><adf:attribute>ReceiptNumber</adf:attribute><adf:operator>=</adf:operator><adf:value>${number}</adf:value></adf:item></adf:group></adf:filter></typ:findCriteria></typ:findMiscellaneousReceipt></soapenv:Body></soapenv:Envelope>`;
  return client.send('POST', path, body, {
    'content-type': 'text/xml; charset=utf-8',
    SOAPAction: `"${namespace}findMiscellaneousReceipt"`,
  });
};

describe('a receipt that belongs to no customer', () => {
  it('moves what a gateway kept from the bank to the account of the activity, and is found by its number', async () => {
    const client = await pod();
    const made = await fee(client);
    expect([made.status, element(made, 'CashReceiptId')]).toEqual([200, expect.stringMatching(/^\d{18}$/)]);
    const ledger = await client.ledger();
    expect([ledger.balanced, ledger.problems]).toEqual([true, []]);
    expect(ledger.miscellaneousReceipts).toMatchObject([
      { number: 'WEB-1-F1', amount: '-2.9', activity: 'Gateway Fees', method: 'Web Card Payments' },
    ]);
    expect(ledger.balances.map(({ account, entered }) => [account, entered])).toEqual([
      [expect.stringMatching(/^01-000-110\d\d-/), '-2.9'],
      ['01-000-68200-0000-000', '2.9'],
    ]);
    const found = await find(client, 'WEB-1-F1');
    expect(element(found, 'CashReceiptId')).toBe(element(made, 'CashReceiptId'));
    expect(element(found, 'Amount')).toBe('-2.9');
    expect(element(await find(client, 'WEB-1-F2'), 'CashReceiptId')).toBeNull();
  });

  it.each([
    ['an activity of another type', { ReceivableActivityName: 'Web Gateway Clearing' }, 'SBX_INVALID_ACTIVITY'],
    ['an activity nobody knows', { ReceivableActivityName: 'Tips' }, 'SBX_INVALID_ACTIVITY'],
    ['a business unit nobody knows', { OrgId: '1' }, 'AR_RAPI_BU_INVALID'],
    ['a receipt method nobody knows', { ReceiptMethodName: 'Barter' }, 'AR_INVAL_RECEIPT_MTH_ID'],
    ['a closed period', { GlDate: '2019-01-01' }, 'SBX_CLOSED_PERIOD'],
    ['an amount of nothing', { Amount: '0' }, 'SBX_AMOUNT_PRECISION'],
    ['a tenth of a cent', { Amount: '-2.901' }, 'SBX_AMOUNT_PRECISION'],
  ])('is refused for %s', async (_why, change, code) => {
    const client = await pod();
    const answer = await fee(client, change as Record<string, string>);
    expect([answer.status, element(answer, 'code')]).toEqual([500, code]);
    expect((await client.ledger()).miscellaneousReceipts).toEqual([]);
  });

  it('is refused by name when the request holds no data object', async () => {
    const client = await pod();
    const answer = await soap(client, SOAP.miscellaneous, 'createMiscellaneousReceipt', 'receipt', { Amount: '-2.90' });
    expect([answer.status, answer.text]).toEqual([500, expect.stringContaining('miscellaneousReceipt')]);
    expect((await client.ledger()).miscellaneousReceipts).toEqual([]);
  });

  it('is refused a second time', async () => {
    const client = await pod();
    await fee(client);
    expect(element(await fee(client), 'code')).toBe('AR_RCP_DUP_NUM');
    expect((await client.ledger()).miscellaneousReceipts).toHaveLength(1);
  });
});
