import type { ResourceDefinition } from '../definitions.ts';

/** Who columns and whatever else no request may set, on every resource. */
const NEVER_WRITABLE = new Set(['CreatedBy', 'CreationDate', 'LastUpdateDate', 'LastUpdatedBy', 'LastUpdateLogin']);

/** Read-only on creation where the definition names no write list (contract sections 2.3, 3.1, 4.1). */
const READ_ONLY: Record<string, readonly string[]> = {
  receivablesCreditMemos: ['CreditMemoStatus', 'EnteredAmount', 'TransactionBalanceDue'],
  'receivablesInvoices.receivablesInvoiceLines': ['CustomerTransactionLineId', 'RemainingPrepayAmount'],
  'receivablesInvoices.receivablesInvoiceLines.receivablesInvoiceLineTaxLines': ['CustomerTransactionLineId'],
  'receivablesInvoices.receivablesInvoiceDistributions': ['DistributionId'],
  'receivablesCreditMemos.receivablesCreditMemoLines': ['CustomerTransactionLineId'],
  'receivablesCreditMemos.receivablesCreditMemoLines.receivablesCreditMemoLineTaxLines': ['CustomerTrxLineId'],
  'receivablesCreditMemos.receivablesCreditMemoDistributions': ['DistributionId'],
  'standardReceipts.remittanceReferences': ['RemittanceReferenceId'],
  hubOrganizations: ['PartyId'],
  hubPersons: ['PartyId'],
};

/** What PATCH may change (contract sections 2.5, 3.1, 4.1); elsewhere everything that is not read-only. */
const PATCHABLE: Record<string, readonly string[]> = {
  receivablesInvoices: [
    'InvoiceStatus',
    'PaymentTerms',
    'TransactionDate',
    'InvoicePrinted',
    'OriginalPrintDate',
    'LastPrintDate',
    'DeliveryMethod',
    'Email',
  ],
  'receivablesInvoices.receivablesInvoiceInstallments': ['InstallmentDueDate', 'OriginalAmount'],
  receivablesCreditMemos: ['AllowCompletion', 'ControlCompletionReason', 'CreditMemoStatus', 'RecipientEmail', 'TransactionType'],
};

export function mayWrite(definition: ResourceDefinition, attribute: string, mode: 'create' | 'update'): boolean {
  if (NEVER_WRITABLE.has(attribute)) return false;
  if (mode === 'update') {
    const listed = PATCHABLE[definition.path];
    if (listed) return listed.includes(attribute);
    if (definition.path === 'standardReceipts')
      return attribute !== 'BusinessUnit' && (definition.writableOnCreate?.has(attribute) ?? true);
  }
  if (definition.writableOnCreate) return definition.writableOnCreate.has(attribute);
  return !READ_ONLY[definition.path]?.includes(attribute);
}
