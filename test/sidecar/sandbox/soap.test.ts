import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../../sidecar/sandbox/start.ts';
import {
  type Answer,
  creditMemo,
  element,
  installmentOf,
  invoice,
  line,
  type Pod,
  pod,
  receipt,
  SOAP,
  soap,
  today,
  value,
} from './support.ts';

const parser = new XMLParser({ ignoreAttributes: false, removeNSPrefix: true, parseTagValue: false, attributeNamePrefix: '@' });

interface Named {
  '@name': string;
}
interface Schema {
  '@targetNamespace': string;
  element?: Named[];
  complexType?: Named | Named[];
}

const code = (answer: Answer): string | null => element(answer, 'code');

async function books(client: Pod) {
  const ledger = await client.ledger();
  expect([ledger.balanced, ledger.problems]).toEqual([true, []]);
  return ledger;
}

/** An invoice over 100 USD and a receipt over 120. */
async function scene(options: SandboxOptions = {}) {
  const client = await pod(options);
  const made = await client.create('receivablesInvoices', invoice('WEB-1', { receivablesInvoiceLines: [line(1, 1, 100)] }));
  const paid = await client.create('standardReceipts', receipt('WEB-1-P1', 120));
  const invoiceId = value(made, 'CustomerTransactionId') ?? '';
  return {
    client,
    invoiceId,
    receiptId: value(paid, 'StandardReceiptId') ?? '',
    installmentId: await installmentOf(client, invoiceId),
  };
}

const receipts = (client: Pod, operation: string, fields: Record<string, string | number>) => {
  const wrapper = operation.replace(/^(create|process)/, '');
  return soap(client, SOAP.receipts, operation, wrapper.charAt(0).toLowerCase() + wrapper.slice(1), fields);
};
const memos = (client: Pod, operation: string, fields: Record<string, string | number>) => {
  const wrapper = operation.replace(/^create/, '');
  return soap(client, SOAP.memos, operation, wrapper.charAt(0).toLowerCase() + wrapper.slice(1), fields);
};

describe('StandardReceiptService', () => {
  it('applies by numbers and answers the data object it was sent', async () => {
    const { client } = await scene();
    const answer = await receipts(client, 'createApplyReceipt', {
      ReceiptNumber: 'WEB-1-P1',
      TransactionNumber: 'WEB-1',
      AmountApplied: '60.5',
      ApplicationDate: today(),
      AccountingDate: today(),
    });
    expect([answer.status, element(answer, 'AmountApplied'), element(answer, 'ReceivableApplicationId')]).toEqual([
      200,
      '60.5',
      null,
    ]);
    const body = parser.parse(answer.text).Envelope.Body.createApplyReceiptResponse;
    expect(answer.text).toContain(`<ns0:createApplyReceiptResponse xmlns:ns0="${SOAP.receipts.namespace}types/">`);
    expect(body.result.Value.TransactionNumber).toBe('WEB-1');
    expect((await books(client)).applications).toMatchObject([{ amount: '60.5', transactionNumber: 'WEB-1', isLatest: true }]);
  });

  it('applies by ids, and unapplies by id, by installment or by transaction', async () => {
    const { client, invoiceId, receiptId, installmentId } = await scene({ switches: { soapNamesApplication: 'on' } });
    const apply = () =>
      receipts(client, 'createApplyReceipt', {
        ReceiptId: receiptId,
        CustomerTrxId: invoiceId,
        Instalment: 1,
        InstalmentId: installmentId,
        AmountApplied: '10',
      });
    for (const names of [{}, { AppliedPaymentScheduleId: installmentId }, { TrxNumber: 'WEB-1' }, { CustomerTrxId: invoiceId }]) {
      const applied = element(await apply(), 'ReceivableApplicationId') ?? '';
      const by = Object.keys(names).length > 0 ? names : { ReceivableApplicationId: applied };
      expect([by, (await receipts(client, 'createUnapplyReceipt', { ReceiptNumber: 'WEB-1-P1', ...by })).status]).toEqual([
        by,
        200,
      ]);
    }
    expect((await books(client)).applications.filter((row) => row.isLatest)).toEqual([]);
    expect(code(await receipts(client, 'createUnapplyReceipt', { ReceiptNumber: 'WEB-1-P1', TrxNumber: 'WEB-1' }))).toBe(
      'SBX_APPLICATION_NOT_FOUND',
    );
  });

  it('writes money to an activity and takes it back', async () => {
    const { client } = await scene();
    const fields = {
      BusinessUnit: 'Northwind US BU',
      ReceiptNumber: 'WEB-1-P1',
      ReceivableTrxName: 'Web Gateway Clearing',
      AmountApplied: '20',
      ApplyDate: today(),
      ApplyGlDate: today(),
    };
    expect((await receipts(client, 'createActivityApplication', fields)).status).toBe(200);
    const [row] = (await books(client)).applications;
    expect(row).toMatchObject({ target: 'activity', amount: '20' });
    const { balances } = await client.ledger();
    expect(balances.find((balance) => balance.account === '01-000-13500-0000-000')?.entered).toBe('-20');
    const undone = await receipts(client, 'createActivityUnapplication', {
      ReceiptNumber: 'WEB-1-P1',
      ReceivableApplicationId: row?.id ?? '',
    });
    expect([undone.status, (await books(client)).receipts[0]?.unapplied]).toEqual([200, '120']);
    for (const [change, expected] of [
      [{ ReceivableTrxName: 'Old Clearing' }, 'SBX_INVALID_ACTIVITY'],
      [{ ReceivableTrxName: 'Nothing' }, 'SBX_INVALID_ACTIVITY'],
      [{ AmountApplied: '120.01' }, 'SBX_INSUFFICIENT_AMOUNT'],
      [{ ApplyGlDate: '2019-01-01' }, 'SBX_CLOSED_PERIOD'],
    ] as const) {
      expect(code(await receipts(client, 'createActivityApplication', { ...fields, ...change }))).toBe(expected);
    }
  });

  it('keeps to the user’s write-off limit (switch writeOffLimit), and may call the operation otherwise', async () => {
    const { client } = await scene({ switches: { writeOffLimit: 15, soapActivityOperation: 'processActivityApplication' } });
    const fields = { ReceiptNumber: 'WEB-1-P1', ReceivableTrxName: 'Small Balance Write-off', AmountApplied: '15.01' };
    expect(code(await receipts(client, 'processActivityApplication', fields))).toBe('SBX_LIMIT_EXCEEDED');
    expect((await receipts(client, 'processActivityApplication', { ...fields, AmountApplied: '15' })).status).toBe(200);
    expect(element(await receipts(client, 'createActivityApplication', fields), 'faultstring')).toContain('Unknown method');
  });

  it('places money on account and takes it back', async () => {
    const { client } = await scene();
    expect((await receipts(client, 'createApplyOnAccount', { ReceiptNumber: 'WEB-1-P1', AmountApplied: '30' })).status).toBe(200);
    const [row] = (await books(client)).applications;
    expect(row).toMatchObject({ target: 'on-account', amount: '30' });
    expect(
      (await receipts(client, 'createUnapplyOnAccount', { ReceiptNumber: 'WEB-1-P1', ReceivablesApplicationId: row?.id ?? '' }))
        .status,
    ).toBe(200);
    expect((await books(client)).receipts[0]?.unapplied).toBe('120');
  });

  it('reverses by code or name', async () => {
    const { client } = await scene();
    const by = { ReceiptNumber: 'WEB-1-P1', ReversalComments: 'Bounced' };
    expect(
      code(await receipts(client, 'createReverseReceipt', { ...by, ReversalCategory: 'NO', ReversalReasonCode: 'NSF' })),
    ).toBe('SBX_INVALID_LOOKUP');
    expect(
      (
        await receipts(client, 'createReverseReceipt', {
          ...by,
          ReversalCategoryName: 'Insufficient Funds',
          ReversalReasonCode: 'NSF',
        })
      ).status,
    ).toBe(200);
    expect((await books(client)).receipts).toMatchObject([{ unapplied: '0', reversedOn: today() }]);
  });

  it('creates a receipt from ids', async () => {
    const { client, receiptId } = await scene();
    const [unit] = await client.items('receivablesBusinessUnitsLOV', { q: "BusinessUnitName='Northwind US BU'" });
    const [method] = await client.items('receiptMethods', { q: "Name='Web Card Payments'" });
    const ids = { OrgId: value(unit, 'BusinessUnitId') ?? '', ReceiptMethodId: value(method, 'ReceiptMethodId') ?? '' };
    const answer = await receipts(client, 'createStandardReceipt', {
      Amount: '7.5',
      CurrencyCode: 'USD',
      ReceiptNumber: 'S-1',
      ReceiptDate: today(),
      ...ids,
    });
    const id = element(answer, 'CashReceiptId');
    expect([answer.status, id === receiptId, (await client.get(`standardReceipts/${id}`)).ReceiptNumber]).toEqual([
      200,
      false,
      'S-1',
    ]);
    expect(
      code(
        await receipts(client, 'createStandardReceipt', {
          Amount: '7.5',
          CurrencyCode: 'USD',
          ReceiptNumber: 'S-2',
          ...ids,
          OrgId: 1,
        }),
      ),
    ).toBe('AR_RAPI_BU_INVALID');
  });

  it.each([
    ['an unknown receipt', { ReceiptNumber: 'NONE' }, 'AR-855742'],
    ['a receipt with another amount', { ReceiptAmount: '1' }, 'AR-855742'],
    ['a receipt in another unit', { ReceiptCurrency: 'EUR' }, 'AR-855742'],
    ['an unknown transaction', { TransactionNumber: 'NONE' }, 'SBX_INVALID_TRANSACTION'],
    ['an installment of nothing', { Instalment: 2 }, 'SBX_INVALID_INSTALLMENT'],
    ['a tenth of a cent', { AmountApplied: '1.001' }, 'SBX_AMOUNT_PRECISION'],
    ['an amount that is none', { AmountApplied: 'ten' }, 'SBX_WRONG_TYPE'],
    ['a closed period', { AccountingDate: '2019-01-01' }, 'SBX_CLOSED_PERIOD'],
  ])('refuses %s', async (_why, change, expected) => {
    const { client } = await scene();
    const fields = { ReceiptNumber: 'WEB-1-P1', TransactionNumber: 'WEB-1', AmountApplied: '5', ...change };
    const answer = await receipts(client, 'createApplyReceipt', fields);
    expect([answer.status, code(answer)]).toEqual([500, expected]);
    expect((await books(client)).applications).toEqual([]);
  });
});

describe('CreditMemoService', () => {
  async function withMemo(options: SandboxOptions = {}) {
    const at = await scene(options);
    await at.client.create('receivablesCreditMemos', creditMemo('WEB-R1', 30));
    return at;
  }

  it('applies an on-account memo, takes it back, applies it again', async () => {
    const { client, installmentId } = await withMemo();
    expect(
      (
        await memos(client, 'createApplyOnAccountCreditMemo', {
          CreditMemoTrxNumber: 'WEB-R1',
          InvoiceTrxNumber: 'WEB-1',
          AmountApplied: '12.5',
        })
      ).status,
    ).toBe(200);
    let ledger = await books(client);
    expect([ledger.invoices[0]?.balance, ledger.creditMemos[0]?.balance]).toEqual(['87.5', '-17.5']);
    const undone = await memos(client, 'createUnapplyOnAccountCreditMemo', {
      CreditMemoTrxNumber: 'WEB-R1',
      ReceivableApplicationId: ledger.applications[0]?.id ?? '',
    });
    expect(undone.status).toBe(200);
    await memos(client, 'createApplyOnAccountCreditMemo', {
      CreditMemoTrxNumber: 'WEB-R1',
      AppliedPaymentScheduleId: installmentId,
    });
    ledger = await books(client);
    expect([ledger.invoices[0]?.balance, ledger.creditMemos[0]?.balance]).toEqual(['70', '0']);
  });

  it('is called without create where the pod has it so (switch soapMemoOperations)', async () => {
    const { client } = await withMemo({ switches: { soapMemoOperations: 'plain' } });
    const fields = { CreditMemoTrxNumber: 'WEB-R1', InvoiceTrxNumber: 'WEB-1', AmountApplied: '12.5' };
    expect((await memos(client, 'createApplyOnAccountCreditMemo', fields)).status).toBe(500);
    expect((await memos(client, 'applyOnAccountCreditMemo', fields)).status).toBe(200);
  });

  it('refunds an on-account memo through Payables', async () => {
    const { client } = await withMemo();
    const refund = (AmountApplied: string, RefundPaymentMethodCode = 'CHECK') =>
      memos(client, 'createOnAccountCreditMemoRefund', {
        CreditMemoBusinessUnit: 'Northwind US BU',
        CreditMemoTrxNumber: 'WEB-R1',
        AmountApplied,
        RefundPaymentMethodCode,
      });
    expect(code(await refund('30.01'))).toBe('SBX_INSUFFICIENT_AMOUNT');
    expect(code(await refund('5', 'SHELLS'))).toBe('SBX_INVALID_PAYMENT_METHOD');
    expect((await refund('30')).status).toBe(200);
    const ledger = await books(client);
    expect([ledger.creditMemos[0]?.balance, ledger.refunds[0]?.amount]).toEqual(['0', '30']);
  });

  it('credits an invoice in part, by lines and tax alike', async () => {
    const client = await pod();
    const made = await client.create(
      'receivablesInvoices',
      invoice('WEB-1', { receivablesInvoiceLines: [line(1, 1, 100, [['US SALES TAX', 'CA STATE 7.25', 7.25]])] }),
    );
    const answer = await memos(client, 'createCreditMemo', {
      PreviousCustomerTransactionId: value(made, 'CustomerTransactionId') ?? '',
      TransactionNumber: 'CM-1',
      LinePercent: '-50',
      ReasonCode: 'RETURN',
    });
    expect([answer.status, element(answer, 'TransactionNumber')]).toEqual([200, 'CM-1']);
    const ledger = await books(client);
    expect(ledger.invoices[0]?.balance).toBe('53.62');
    expect(ledger.creditMemos[0]?.amount).toBe('-53.63');
    const seen = (name: string) => client.items('receivablesCreditMemos', { q: `TransactionNumber='${name}'` });
    expect(await seen('CM-1')).toEqual([]);
    await client.control('POST', 'switches', { standardMemosInRest: 'on' });
    expect(await seen('CM-1')).toHaveLength(1);
  });

  it('credits a foreign invoice at the invoice’s rate, and no more than is open', async () => {
    const client = await pod();
    const made = await client.create('receivablesInvoices', invoice('WEB-1', { InvoiceCurrencyCode: 'EUR', FreightAmount: 5 }));
    const credit = (fields: Record<string, string>) =>
      memos(client, 'createCreditMemo', { PreviousCustomerTransactionId: value(made, 'CustomerTransactionId') ?? '', ...fields });
    expect(code(await credit({ LineAmount: '-25', FreightAmount: '-5.01' }))).toBe('SBX_OVER_APPLICATION');
    expect(code(await credit({ LineAmount: '25' }))).toBe('SBX_CREDIT_SIGN');
    expect((await credit({ LinePercent: '-100', FreightAmount: '-5', TransactionNumber: 'CM-1' })).status).toBe(200);
    expect(code(await credit({ LinePercent: '-1', TransactionNumber: 'CM-1' }))).toBe('AR-855040');
    const ledger = await books(client);
    expect([ledger.invoices[0]?.balance, ...ledger.balances.map((row) => row.accounted)]).toEqual([
      '0',
      ...ledger.balances.map(() => '0'),
    ]);
  });

  it.each([
    ['an invoice as memo', { CreditMemoTrxNumber: 'WEB-1', InvoiceTrxNumber: 'WEB-1' }, 'SBX_NOT_ON_ACCOUNT'],
    ['a memo as invoice', { CreditMemoTrxNumber: 'WEB-R1', InvoiceTrxNumber: 'WEB-R1' }, 'SBX_INVALID_TRANSACTION'],
    [
      'more than is left',
      { CreditMemoTrxNumber: 'WEB-R1', InvoiceTrxNumber: 'WEB-1', AmountApplied: '30.01' },
      'SBX_INSUFFICIENT_AMOUNT',
    ],
    ['another customer', { CreditMemoTrxNumber: 'WEB-R1', InvoiceTrxNumber: 'WEB-9' }, 'SBX_WRONG_CUSTOMER'],
  ])('refuses %s', async (_why, fields, expected) => {
    const { client } = await withMemo();
    await client.create('receivablesInvoices', invoice('WEB-9', { BillToCustomerNumber: '40051' }));
    expect(code(await memos(client, 'createApplyOnAccountCreditMemo', fields))).toBe(expected);
  });
});

describe('the envelope', () => {
  it('carries faults as HTTP 500 with the message, its number and ServiceErrorMessage', async () => {
    const { client } = await scene();
    const answer = await receipts(client, 'createApplyReceipt', {
      ReceiptNumber: 'NONE',
      TransactionNumber: 'WEB-1',
      AmountApplied: '5',
    });
    const fault = parser.parse(answer.text).Envelope.Body.Fault;
    expect(answer.status).toBe(500);
    expect(fault.faultcode).toBe('env:Server');
    expect(fault.faultstring).toContain('JBO-AR:::AR_RAPI_RCPT_NUM_INVALID');
    expect(fault.faultstring).toContain('AR-855742');
    expect(fault.detail.ServiceErrorMessage).toMatchObject({
      code: 'AR-855742',
      severity: 'SEVERITY_ERROR',
      exceptionClassName: 'oracle.jbo.server.util.ValidationException',
    });
  });

  const envelope = (inner: string, namespace: string = SOAP.receipts.namespace) =>
    `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="${namespace}types/" xmlns:o="${namespace}"><e:Body>${inner}</e:Body></e:Envelope>`;
  const send = (client: Pod, body: string, action = '') =>
    client.send('POST', SOAP.receipts.path, body, { 'content-type': 'text/xml', SOAPAction: action });
  const good =
    '<t:createApplyReceipt><t:applyReceipt><o:ReceiptNumber>WEB-1-P1</o:ReceiptNumber><o:TransactionNumber>WEB-1</o:TransactionNumber></t:applyReceipt></t:createApplyReceipt>';

  it.each([
    ['another namespace', envelope(good, `${SOAP.receipts.namespace}x/`), ''],
    ['another operation', envelope('<t:createNothing/>'), ''],
    ['another SOAPAction', envelope(good), `"${SOAP.receipts.namespace}createReverseReceipt"`],
    ['an empty body', envelope(''), ''],
    ['broken XML', '<e:Envelope', ''],
    ['a document type', `<!DOCTYPE x [<!ENTITY y "z">]>${envelope(good)}`, ''],
    ['no envelope', '<x/>', ''],
  ])('is refused as an unknown method with %s', async (_why, body, action) => {
    const { client } = await scene();
    const answer = await send(client, body, action);
    expect([answer.status, element(answer, 'faultstring')]).toEqual([500, expect.stringContaining('Unknown method')]);
  });

  it('is refused with fields that do not belong, and with another wrapper (switch soapWrapper)', async () => {
    const { client } = await scene();
    expect(code(await send(client, envelope(good.replaceAll('o:ReceiptNumber', 'o:ReceiptNr'))))).toBe('SBX_UNEXPECTED_ELEMENT');
    const other = envelope(good.replaceAll('t:applyReceipt', 't:request'));
    expect(code(await send(client, other))).toBe('SBX_UNEXPECTED_ELEMENT');
    await client.control('POST', 'switches', { soapWrapper: 'any' });
    expect((await send(client, other)).status).toBe(200);
  });

  it('may come back as a multipart package (switch soapMtom)', async () => {
    const { client } = await scene({ switches: { soapMtom: 'on' } });
    const answer = await send(client, envelope(good));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^multipart\/related; .*boundary=/),
    ]);
    expect(answer.text).toContain('<ns0:createApplyReceiptResponse');
  });

  it('keeps special characters and drops what XML cannot hold', async () => {
    const { client } = await scene();
    const answer = await receipts(client, 'createApplyOnAccount', {
      ReceiptNumber: 'WEB-1-P1',
      AmountApplied: '1',
      Comments: 'A &amp; B &lt;c&gt; "d" Größe 1',
    });
    expect(parser.parse(answer.text).Envelope.Body.createApplyOnAccountResponse.result.Value.Comments).toBe(
      'A & B <c> "d" Größe 1',
    );
  });
});

describe('?WSDL', () => {
  it.each([
    [
      '/fscmService/StandardReceiptService',
      ['createApplyReceipt', 'createUnapplyReceipt', 'createReverseReceipt', 'createActivityApplication', 'createApplyOnAccount'],
    ],
    [
      '/fscmService/CreditMemoService',
      [
        'createCreditMemo',
        'createApplyOnAccountCreditMemo',
        'createUnapplyOnAccountCreditMemo',
        'createOnAccountCreditMemoRefund',
      ],
    ],
    ['/crmService/FoundationPartiesLocationService', ['createLocation', 'getLocation']],
    ['/crmService/FoundationPartiesOrganizationService', ['createOrganization', 'mergeOrganization', 'findOrganization']],
    ['/crmService/FoundationPartiesPersonService', ['createPerson', 'mergePerson']],
    [
      '/crmService/CustomerAccountService',
      ['createCustomerAccount', 'mergeCustomerAccount', 'getCustomerAccountByOriginalSystemReference'],
    ],
    ['/fscmService/ReceivablesCustomerProfileService', ['createCustomerProfile', 'getActiveCustomerProfile']],
  ])('of %s describes its operations, their elements and where they are', async (path, operations) => {
    const client = await pod();
    const response = await fetch(`${client.sandbox.url}${path}?WSDL`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/xml; charset=utf-8']);
    const { definitions } = parser.parse(await response.text());
    const names = definitions.portType.operation.map((operation: Named) => operation['@name']);
    expect(names).toEqual(expect.arrayContaining(operations));
    expect(definitions.service.port.address['@location']).toBe(`${client.sandbox.url}${path}`);
    const schemas: Schema[] = [definitions.types.schema].flat();
    const types = schemas.find((schema) => /oracle\.com\/apps.*types\/$/.test(schema['@targetNamespace']));
    const elements = types?.element?.map((row) => row['@name']);
    expect(elements).toEqual(expect.arrayContaining(operations.flatMap((name) => [name, `${name}Response`])));
    const declared = new Set<string | undefined>(
      schemas.flatMap((schema) => [schema.complexType ?? []].flat().map((row) => row['@name'])),
    );
    const used = [...JSON.stringify(definitions.types).matchAll(/"@type":"(?:ns\d+|types|tns):(\w+)"/g)].map((match) => match[1]);
    expect(used.filter((name) => !declared.has(name))).toEqual([]);
  });

  it('is there for existing services only, and a GET without it is refused', async () => {
    const client = await pod();
    expect((await fetch(`${client.sandbox.url}/fscmService/NothingService?WSDL`)).status).toBe(404);
    expect((await client.send('GET', SOAP.receipts.path)).status).toBe(405);
    expect((await fetch(client.sandbox.url + SOAP.receipts.path, { method: 'POST', body: '' })).status).toBe(401);
  });
});
