import { all } from '../database.ts';
import { writeMinor } from '../decimal.ts';
import { referenceId } from '../ids.ts';
import { createMiscReceipt, type MiscReceiptRow } from '../ledger/misc-receipts.ts';
import { type Call, maySee } from '../world.ts';
import { criteriaOf, matchesCriteria } from './criteria.ts';
import { dataObject, field, financials, type Service, type SoapValue } from './model.ts';
import { operation } from './receivables-services.ts';

const NAMESPACE =
  'http://xmlns.oracle.com/apps/financials/receivables/receipts/shared/miscellaneousReceiptService/commonService/';

/** Attributes seen in requests of the field and on the service's page (oeswf 25d). */
const MISCELLANEOUS_RECEIPT = dataObject('MiscellaneousReceipt', NAMESPACE, {
  CashReceiptId: 'long',
  CurrencyCode: 'string',
  Amount: 'decimal',
  ReceiptNumber: 'string',
  ReceiptDate: 'date',
  DepositDate: 'date',
  GlDate: 'date',
  ReceiptMethodId: 'long',
  ReceiptMethodName: 'string',
  ReceivableActivityName: 'string',
  BankAccountNumber: 'string',
  OrgId: 'long',
  ExchangeRateType: 'string',
  ExchangeDate: 'date',
  ExchangeRate: 'decimal',
  Comments: 'string',
});

function fromSoap(call: Call, value: SoapValue) {
  const { setup, seed } = call.world;
  const methodId = field(value, 'ReceiptMethodId');
  return {
    businessUnit: setup.units.find((row) => row.id === field(value, 'OrgId'))?.name,
    number: field(value, 'ReceiptNumber'),
    amount: field(value, 'Amount'),
    currency: field(value, 'CurrencyCode'),
    date: field(value, 'ReceiptDate'),
    accountingDate: field(value, 'GlDate'),
    method:
      field(value, 'ReceiptMethodName') ??
      seed.receiptMethods.find((row) => referenceId('receipt-method', row.name) === methodId)?.name,
    bankAccount: field(value, 'BankAccountNumber'),
    activity: field(value, 'ReceivableActivityName'),
    rateType: field(value, 'ExchangeRateType'),
    rateDate: field(value, 'ExchangeDate'),
    rate: field(value, 'ExchangeRate'),
  };
}

const toSoap = (call: Call, row: MiscReceiptRow): SoapValue => ({
  CashReceiptId: row.id,
  CurrencyCode: row.currency,
  Amount: writeMinor(row.amount, call.world.setup.decimals(row.currency)),
  ReceiptNumber: row.number,
  ReceiptDate: row.date,
  GlDate: row.accounting_date,
  ReceiptMethodName: row.method,
  ReceivableActivityName: row.activity,
  BankAccountNumber: row.bank_account,
  OrgId: call.world.setup.unit(row.business_unit)?.id ?? null,
});

/** Receipts that belong to no customer (contract section 3.3). */
export const miscellaneousReceiptService = (): Service =>
  financials('MiscellaneousReceiptService', 'MiscellaneousReceiptService', NAMESPACE, {
    createMiscellaneousReceipt: operation('miscellaneousReceipt', MISCELLANEOUS_RECEIPT, (call, value) =>
      toSoap(call, createMiscReceipt(call, fromSoap(call, value))),
    ),
    findMiscellaneousReceipt: {
      parameters: { findCriteria: 'findCriteria', findControl: 'findControl' },
      result: MISCELLANEOUS_RECEIPT,
      run(call, parameters) {
        const criteria = criteriaOf(parameters);
        // A new row may show late, as everywhere (newRowInvisibleMs).
        const before = Date.now() - call.world.switches.newRowInvisibleMs;
        const rows = all<MiscReceiptRow>(call.world.db, 'SELECT * FROM misc_receipt WHERE created_ms <= ? ORDER BY id', before);
        const seen = rows.filter((row) => maySee(call, row.business_unit)).map((row) => toSoap(call, row));
        return criteria.page(seen.filter((value) => matchesCriteria(criteria, value)));
      },
    },
  });
