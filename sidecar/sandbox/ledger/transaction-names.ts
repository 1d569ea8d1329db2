/** How invoices and credit memos call the same things (contract sections 2.2 and 4.1). */
export interface TransactionNames {
  resource: 'receivablesInvoices' | 'receivablesCreditMemos';
  noun: string;
  classes: readonly string[];
  currency: string;
  rateDate: string;
  comments: string;
  shipToSite: string;
  freight: string;
  lines: string;
  lineDescription: string;
  lineQuantity: string;
  lineAmount: string;
  lineFreight: string;
  taxLines: string;
  distributions: string;
  distributionLine: string;
}

export const INVOICE: TransactionNames = {
  resource: 'receivablesInvoices',
  noun: 'invoice',
  classes: ['INV', 'DM'],
  currency: 'InvoiceCurrencyCode',
  rateDate: 'ConversionDate',
  comments: 'Comments',
  shipToSite: 'ShipToSite',
  freight: 'FreightAmount',
  lines: 'receivablesInvoiceLines',
  lineDescription: 'Description',
  lineQuantity: 'Quantity',
  lineAmount: 'LineAmount',
  lineFreight: 'AllocatedFreightAmount',
  taxLines: 'receivablesInvoiceLineTaxLines',
  distributions: 'receivablesInvoiceDistributions',
  distributionLine: 'InvoiceLineNumber',
};

export const CREDIT_MEMO: TransactionNames = {
  resource: 'receivablesCreditMemos',
  noun: 'credit memo',
  classes: ['CM'],
  currency: 'CreditMemoCurrency',
  rateDate: 'ConversionRateDate',
  comments: 'CreditMemoComments',
  shipToSite: 'ShipToCustomerSite',
  freight: 'FreightCreditAmount',
  lines: 'receivablesCreditMemoLines',
  lineDescription: 'LineDescription',
  lineQuantity: 'LineQuantityCredit',
  lineAmount: 'LineAmountCredit',
  lineFreight: 'LineFreightCreditAmount',
  taxLines: 'receivablesCreditMemoLineTaxLines',
  distributions: 'receivablesCreditMemoDistributions',
  distributionLine: 'CreditMemoLineNumber',
};
