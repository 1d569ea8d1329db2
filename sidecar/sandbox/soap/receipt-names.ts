import { referenceId } from '../ids.ts';
import { accountById, siteUseById } from '../ledger/customers.ts';
import type { Value } from '../rest/payload.ts';
import type { Call } from '../world.ts';
import { field, type SoapValue } from './model.ts';

/** The SOAP receipt names everything by id; the ledger's own way in takes names. Ids that point nowhere become names that do. */
export function soapReceiptNames(call: Call, value: SoapValue): [string, Value][] {
  const { setup, seed } = call.world;
  const unit = setup.units.find((row) => row.id === field(value, 'OrgId'));
  const method = seed.receiptMethods.find((row) => referenceId('receipt-method', row.name) === field(value, 'ReceiptMethodId'));
  const customerId = field(value, 'CustomerId');
  const account = customerId === undefined ? undefined : accountById(call, customerId);
  const siteUseId = field(value, 'CustomerSiteUseId');
  const site = siteUseId === undefined ? undefined : siteUseById(call, siteUseId);
  const bank = method?.bankAccounts?.find(
    (row) => referenceId('bank-account', row.number) === field(value, 'RemittanceBankAccountId'),
  );
  const named: [string, string | undefined][] = [
    ['Amount', field(value, 'Amount')],
    ['Currency', field(value, 'CurrencyCode')],
    ['ReceiptNumber', field(value, 'ReceiptNumber')],
    ['ReceiptDate', field(value, 'ReceiptDate')],
    ['AccountingDate', field(value, 'GlDate')],
    ['BusinessUnit', unit?.name],
    ['ReceiptMethod', method?.name],
    ['CustomerAccountNumber', account?.number ?? customerId],
    ['CustomerSite', site?.number ?? siteUseId],
    ['RemittanceBankAccountNumber', bank?.number],
    ['ConversionRateType', field(value, 'ExchangeRateType')],
    ['ConversionDate', field(value, 'ExchangeDate')],
    ['ConversionRate', field(value, 'ExchangeRate')],
    ['Comments', field(value, 'Comments')],
  ];
  return named.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as [string, Value]]));
}
