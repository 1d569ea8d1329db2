import type { Trail } from '../apply/ports.ts';
import { err, needsAttention, ok, type Result, retryable } from '../domain/failures.ts';
import { listRows } from './collection.ts';
import type { OracleHttp } from './http.ts';
import { type Lossless, rowsOf } from './lossless-json.ts';
import { equals } from './query.ts';
import { DOCUMENT_RESOURCES, FINANCIALS } from './resources.ts';
import { createSmallCache } from './small-cache.ts';

/** Ids that applications need and that never change once they exist. */
export interface Lookups {
  /** The payment schedule of an invoice. Fails when it has several: which one to apply to would be a guess. */
  installmentOf(invoice: { id: string; number: string }, trail: Trail): Promise<Result<string>>;
  /** Keeps the installment that a created invoice's answer names, and spares the look-up. */
  rememberInstallments(invoiceId: string, answer: Lossless | undefined): void;
  accountIdOf(accountNumber: string, trail: Trail): Promise<Result<string>>;
}

/** About 60 bytes each. */
const REMEMBERED = 10_000;

export function createLookups(http: OracleHttp): Lookups {
  const installments = createSmallCache(REMEMBERED);
  const accounts = createSmallCache(REMEMBERED);
  return {
    rememberInstallments(invoiceId, answer) {
      const [only, ...more] = rowsOf(answer);
      const id = only?.InstallmentId;
      if (typeof id === 'string' && more.length === 0) installments.set(invoiceId, id);
    },
    async installmentOf(invoice, trail) {
      const known = installments.get(invoice.id);
      if (known !== undefined) return ok(known);
      const rows = await listRows(
        http,
        {
          operation: 'find installment',
          subject: 'invoice',
          number: invoice.number,
          path: `${DOCUMENT_RESOURCES.invoice.path}/${invoice.id}/child/receivablesInvoiceInstallments`,
          parameters: { fields: 'InstallmentId,InstallmentSequenceNumber,InstallmentBalanceDue', onlyData: 'true' },
        },
        trail,
      );
      if (!rows.ok) return rows;
      const ids = rows.value.map((row) => row.InstallmentId).filter((id) => typeof id === 'string');
      const [id] = ids;
      if (id === undefined) {
        return err(retryable('oracle.not_found', `Oracle does not show an installment of invoice ${invoice.number} yet.`));
      }
      if (ids.length > 1) {
        return err(
          needsAttention(
            'oracle.several_installments',
            `Invoice ${invoice.number} has ${ids.length} installments; expected is one.`,
            'Choose payment terms with a single installment in Connections; apply this receipt in Oracle by hand.',
          ),
        );
      }
      installments.set(invoice.id, id);
      return ok(id);
    },
    async accountIdOf(accountNumber, trail) {
      const known = accounts.get(accountNumber);
      if (known !== undefined) return ok(known);
      const rows = await listRows(
        http,
        {
          operation: 'find account',
          subject: 'customer account',
          number: accountNumber,
          path: `${FINANCIALS}/receivablesCustomerAccountActivities`,
          parameters: { q: equals('AccountNumber', accountNumber), fields: 'AccountId,AccountNumber', onlyData: 'true' },
        },
        trail,
      );
      if (!rows.ok) return rows;
      const id = rows.value.find((row) => row.AccountNumber === accountNumber)?.AccountId;
      if (typeof id !== 'string') {
        return err(
          retryable('oracle.not_found', `Oracle does not show the customer account ${accountNumber} in its activities.`),
        );
      }
      accounts.set(accountNumber, id);
      return ok(id);
    },
  };
}
