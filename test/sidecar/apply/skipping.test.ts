import { describe, expect, it } from 'vitest';
import { skipRefusal } from '../../../sidecar/apply/skipping.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { ActionRecord, DocumentRecord } from '../../../sidecar/store/documents.ts';

const order = { orderId: 1042, number: '1042', reason: null };
const document = (over: Partial<DocumentRecord>): DocumentRecord =>
  ({ kind: 'invoice', number: 'WEB-1042', state: 'posted', amount: 10_000, enteredAmount: 10_000, ...over }) as DocumentRecord;
const invoice = document({});
const receipt = document({ kind: 'receipt', number: 'WEB-1042-P1' });
const credit = document({ kind: 'credit-memo', number: 'WEB-1042-C1' });
const fee = document({ kind: 'gateway-fee', number: 'WEB-1042-F1', amount: minor(320), enteredAmount: minor(320) });
const reversal = { kind: 'reverse-receipt', state: 'done', from: 'WEB-1042-P1' } as ActionRecord;
const refusal = (documents: DocumentRecord[], actions: ActionRecord[] = [], reason: { code: string } | null = null) =>
  skipRefusal({ ...order, reason: reason && { ...reason, message: '', action: '' } }, documents, actions);

describe('leaving an order out by hand', () => {
  it('is refused while documents stand, by their numbers, with what to do instead', () => {
    expect(refusal([invoice, receipt])).toMatchObject({
      code: 'order.has_documents',
      message: 'Order 1042 cannot be left out: Oracle holds WEB-1042, WEB-1042-P1 for it.',
      action: expect.stringContaining('Cancel or refund the order in the store'),
    });
    expect(refusal([invoice, credit, receipt])?.message).toContain('holds WEB-1042-P1 for');
    expect(
      refusal([invoice, document({ kind: 'credit-memo', number: 'WEB-R7', amount: 4_000, enteredAmount: 4_000 } as never)]),
    ).not.toBeNull();
  });

  it('is refused while a document may have reached Oracle', () => {
    expect(refusal([document({ state: 'sending', enteredAmount: null })])).not.toBeNull();
    expect(refusal([invoice, document({ ...credit, state: 'sending', enteredAmount: null })])).not.toBeNull();
  });

  it.each([
    ['nothing was posted', [], []],
    ['Oracle refused the only document', [document({ state: 'refused', enteredAmount: null })], []],
    ['the sale is credited and the money reversed', [invoice, credit, receipt], [reversal]],
    ['the gateway kept a fee of it', [invoice, credit, receipt, fee], [reversal]],
  ])('can be done where %s', (_why, documents, actions) => {
    expect(refusal(documents, actions)).toBeNull();
  });

  it.each(['oracle.changed_by_hand', 'order.decimals_changed'])(
    'can be done where somebody finishes it in Oracle: %s',
    (code) => {
      expect(refusal([invoice, receipt], [], { code })).toBeNull();
    },
  );
});
