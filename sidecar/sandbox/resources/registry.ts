import { type Definitions, findDefinition, type ResourceDefinition } from '../definitions.ts';
import { refuse } from '../errors.ts';
import { trxById } from '../ledger/transactions.ts';
import type { Behaviour } from '../rest/behaviour.ts';
import { text } from '../rest/payload.ts';
import { valueBehaviour } from './account-lists.ts';
import { activityBehaviours } from './activities.ts';
import { listBehaviours } from './lists.ts';
import { partyBehaviours } from './parties.ts';
import { receiptBehaviour, remittanceReferenceBehaviour } from './receipts.ts';
import { recordBehaviour } from './records.ts';
import { transactionParts } from './transaction-parts.ts';
import { creditMemoBehaviour, invoiceBehaviour } from './transactions.ts';

/** Finds what a resource does; what nobody wrote behaviour for keeps its rows as they are sent. */
export function createRegistry(definitions: Definitions): (definition: ResourceDefinition) => Behaviour {
  const find = (path: string) => findDefinition(definitions, path);
  const known: Record<string, Behaviour> = {
    receivablesInvoices: invoiceBehaviour,
    receivablesCreditMemos: creditMemoBehaviour,
    ...transactionParts,
    standardReceipts: receiptBehaviour,
    'standardReceipts.remittanceReferences': remittanceReferenceBehaviour,
    ...activityBehaviours,
    ...partyBehaviours(find),
    ...listBehaviours(),
    'valueSets.values': valueBehaviour,
    erpintegrations: bulkBehaviour(find('erpintegrations')),
    receivablesDisputes: disputeBehaviour(find('receivablesDisputes')),
  };
  const records = new Map<string, Behaviour>();
  return (definition) => {
    const own = Object.hasOwn(known, definition.path) ? known[definition.path] : undefined;
    if (own) return own;
    let behaviour = records.get(definition.path);
    if (!behaviour) {
      behaviour = recordBehaviour(definition);
      records.set(definition.path, behaviour);
    }
    return behaviour;
  };
}

/**
 * File import is not simulated. Oracle refuses a bulk request with request id -1 and HTTP 200 (contract sections 8 and 10 #39), so
 * that is what every bulk request gets; a status query answers an empty status, as for requests made elsewhere.
 */
function bulkBehaviour(definition: ResourceDefinition): Behaviour {
  const records = recordBehaviour(definition);
  return {
    rows: () => [],
    create(call, parents, payload, own) {
      const item = records.create?.(call, parents, payload, own);
      if (!item) throw new Error('The bulk request was not kept');
      return { ...item, row: { ...item.row, ReqstId: '-1' } };
    },
    finders: { ESSJobStatusRF: { requestId: () => true } },
  };
}

/** A dispute is recorded against an existing invoice; it becomes a credit memo only after approval, which is not simulated. */
function disputeBehaviour(definition: ResourceDefinition): Behaviour {
  const records = recordBehaviour(definition);
  return {
    ...records,
    create(call, parents, payload, own) {
      const trx = trxById(call, text(payload, 'CustomerTransactionId') ?? '');
      if (!trx) throw refuse('SBX_INVALID_TRANSACTION', "The disputed transaction doesn't exist.", '/CustomerTransactionId');
      const item = records.create?.(call, parents, payload, own);
      if (!item) throw new Error('The dispute was not kept');
      return item;
    },
  };
}
