import type { Call } from './call.ts';

/**
 * The privilege a call needs, in words for the person who gives it.
 * Source  contract sections 2.1, 4.1 and 6; the names for receipts and customers are not in any page that was read.
 */
export function privilegeFor(call: Pick<Call, 'subject' | 'writes' | 'protocol'>): string {
  switch (call.subject) {
    case 'invoice':
      return 'the privilege AR_CREATE_RECEIVABLES_INVOICE_PRIV and data access to the business unit';
    case 'credit memo':
      return call.writes
        ? 'the privilege AR_CREATE_RECEIVABLES_TRANSACTION_PRIV and data access to the business unit'
        : 'the privilege AR_MANAGE_RECEIVABLES_TRANSACTIONS_PRIV and data access to the business unit';
    case 'receipt':
      return 'the privileges for creating and managing receivables receipts and data access to the business unit';
    case 'application':
      return call.protocol === 'soap'
        ? 'the privilege to run the Receivables web services (receipt and credit memo applications) and data access to the business unit'
        : 'the privileges for applying receivables receipts and data access to the business unit';
    case 'customer':
      return 'the privileges for creating and editing trading community persons and organizations';
    case 'customer account':
      return 'the privileges for creating and editing customer accounts and profiles';
    case 'reference data':
      return 'the privilege FUN_GET_ENTERPRISE_STRUCTURES_REST_SERVICE_PRIV (for ledgers also GL_GET_GENERAL_LEDGER_SETUPS_USING_REST_SERVICE_PRIV)';
    case 'service':
      return 'the privilege to run this web service';
  }
}
