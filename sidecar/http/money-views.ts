import type { z } from 'zod';
import { formatMinor, type MinorUnits, minor } from '../domain/money.ts';
import { chosenSettlement, type Setup } from '../domain/setup.ts';
import type { DocumentRecord, Documents, WaitingSettlement } from '../store/documents.ts';
import { type Lanes, laneWords } from '../store/lanes.ts';
import type { Overview } from './admin-contract.ts';
import type { WaitingSettlementsSchema } from './money-contract.ts';
import { iso } from './views.ts';

type LaneView = Overview['heldBack']['lanes'][number];

/**
 * Refunds whose money waits for a settlement, by gateway. Where finance left it unapplied on purpose nothing waits; a later choice offers
 * it again. Sums of one gateway stand together; those of different currencies are never added.
 */
export function waitingSettlements(
  rows: readonly WaitingSettlement[],
  setup: Setup | null,
): z.infer<typeof WaitingSettlementsSchema> {
  const onPurpose = (gateway: string) => setup !== null && chosenSettlement(setup, gateway)?.settlement === 'unapplied';
  const byGateway = Map.groupBy(
    rows.filter((row) => !onPurpose(row.gateway)),
    (row) => row.gateway,
  );
  return {
    gateways: [...byGateway].map(([gateway, ofGateway]) => ({
      gateway,
      refunds: ofGateway.reduce((all, row) => all + row.refunds, 0),
      orders: ofGateway.reduce((all, row) => all + row.orders, 0),
      sums: ofGateway.map((row) => ({ currency: row.currency, amount: formatMinor(minor(row.amount), row.decimals) })),
    })),
  };
}

/** A closed lane in words. */
export function laneView({ key, reason, atMs }: ReturnType<Lanes['closed']>[number], documents: Documents): LaneView {
  const { where, ...words } = laneWords(key);
  return {
    ...words,
    where: where.join(' · '),
    reason: reason ?? '',
    at: iso(atMs),
    documents: documents.wrongIn(key).map((wrong) => {
      const money = (amount: MinorUnits | null) => formatMinor(amount ?? wrong.amount, wrong.decimals);
      return {
        orderId: wrong.orderId,
        number: wrong.number,
        sent: money(wrong.amount),
        held: money(wrong.enteredAmount),
        mirror: mirrorOf(wrong, documents.ofOrder(wrong.orderId)),
      };
    }),
  };
}

/** One mirror per wrong document, in the same order (plan/plan-sale.ts). */
function mirrorOf(wrong: DocumentRecord, ofOrder: readonly DocumentRecord[]): string | null {
  const posted = ofOrder.filter((document) => document.state === 'posted');
  const at = posted
    .filter((document) => document.wrong && document.kind === 'invoice')
    .findIndex((document) => document.number === wrong.number);
  return posted.filter((document) => document.what.purpose === 'mirror')[at]?.number ?? null;
}
