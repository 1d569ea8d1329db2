import type { ResourceDefinition } from '../definitions.ts';
import { OracleError } from '../errors.ts';
import type { Call } from '../world.ts';

const ENTERPRISE = 'FUN_GET_ENTERPRISE_STRUCTURES_REST_SERVICE_PRIV';

/** Privileges by resource (contract sections 2.1, 4.1, 6). `read` and `write` where they differ. */
const NEEDED: Record<string, { read: string; write: string }> = {
  receivablesInvoices: { read: 'AR_CREATE_RECEIVABLES_INVOICE_PRIV', write: 'AR_CREATE_RECEIVABLES_INVOICE_PRIV' },
  receivablesCreditMemos: { read: 'AR_MANAGE_RECEIVABLES_TRANSACTIONS_PRIV', write: 'AR_CREATE_RECEIVABLES_TRANSACTION_PRIV' },
  ...Object.fromEntries(
    [
      'ledgersLOV',
      'legalEntitiesLOV',
      'finBusinessUnitsLOV',
      'chartOfAccountsLOV',
      'accountCombinationsLOV',
      'accountingPeriodStatusLOV',
    ].map((name) => [name, { read: ENTERPRISE, write: ENTERPRISE }]),
  ),
};

/** Fails with 403 when the user's roles lack the privilege. Users without a list have all. */
export function requirePrivilege(call: Call, definition: ResourceDefinition, method: string): void {
  const needed = NEEDED[definition.path.split('.')[0] ?? ''];
  if (!needed || !call.user.privileges) return;
  const privilege = method === 'GET' ? needed.read : needed.write;
  if (!call.user.privileges.includes(privilege)) {
    throw new OracleError(403, [{ code: null, detail: `The user lacks the privilege ${privilege}.` }]);
  }
}
