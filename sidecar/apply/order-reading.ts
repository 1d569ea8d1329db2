import { hintHash } from '../capture/poll.ts';
import type { ReadOrder } from '../capture/ports.ts';
import { isPaidByStatus, waitsForPayment } from '../derive/paid-again.ts';
import { unreadableChoice } from '../derive/target-state.ts';
import { unavailableOnly } from '../domain/brake.ts';
import { err, ok, type Result, retryable } from '../domain/failures.ts';
import { formatMinor, sum } from '../domain/money.ts';
import type { LineFacts, OrderLine, StoreOrder, StorePayment, StoreRefund } from '../domain/order.ts';
import { withoutPerson } from '../domain/person.ts';
import type { OrderEnd, OrderWorkOptions } from './work.ts';

/** An order as the shop tells it, completed by what was read of it before: facts of deleted products, refunds in the trash, payments. */
export class OrderReading {
  private readonly options: OrderWorkOptions;

  constructor(options: OrderWorkOptions) {
    this.options = options;
  }

  /** The order as the shop has it now, its payments beside it; null where it was gone before it was ever read. */
  async read(orderId: number): Promise<Result<StoreOrder | null>> {
    const { store, shop, nowMs } = this.options;
    let read: Result<ReadOrder>;
    const begunMs = nowMs();
    try {
      read = await shop.readOrder(orderId, this.options.trail({ orderId, document: null }), store.orders.keptReading(orderId));
    } catch (error) {
      return unavailableOnly(error);
    }
    if (!read.ok) return read;
    if (!read.value.found) {
      const last = store.orders.snapshot(orderId);
      if (last) await store.write(() => store.orders.markGone(orderId));
      return ok(last ? { ...last, presence: 'deleted', payments: store.events.payments(last) } : null);
    }
    const complete = await this.withKeptRefunds(this.withKeptFacts(read.value.order));
    if (!complete.ok) return complete;
    const order = complete.value;
    const { hash } = read.value;
    // The poll need not ask for it again, unless a later write of the same second could look the same (shop and we may differ by a little).
    const settled = begunMs - Date.parse(order.modifiedAt) > SAME_SECOND_MS;
    await store.write(() => {
      const erased = store.customers.erasedAs(orderId) !== null;
      store.orders.saveRead(erased ? withoutPerson(order, this.options.setup()) : order, hash, nowMs());
      if (settled) store.orders.setListHash(orderId, hintHash(order));
    });
    return ok({ ...order, payments: store.events.payments(order) });
  }

  /**
   * Orders stored as posts take their refunds into the trash with them, where no list shows them: they stand as they last stood, unless
   * the store has them no more.
   */
  private async withKeptRefunds(order: StoreOrder): Promise<Result<StoreOrder>> {
    if (order.presence === 'live') return ok(order);
    const listed = new Set(order.refunds.map((refund) => refund.id));
    const kept: StoreRefund[] = [];
    for (const refund of this.options.store.orders.snapshot(order.id)?.refunds ?? []) {
      if (listed.has(refund.id)) continue;
      const exists = await this.refundExists(order.id, refund.id);
      if (!exists.ok) return exists;
      if (exists.value) kept.push(refund);
    }
    return ok({ ...order, refunds: [...kept, ...order.refunds] });
  }

  private refundExists(orderId: number, refundId: number): Promise<Result<boolean>> {
    return this.options.shop
      .refundExists(orderId, refundId, this.options.trail({ orderId, document: null }))
      .catch(unavailableOnly);
  }

  /**
   * A product that is gone has no SKU and no categories any more, and a variation that is gone no SKU, though its product is there: what
   * was read while it was there still counts.
   */
  private withKeptFacts(order: StoreOrder): StoreOrder {
    const lacks = ({ kind, facts }: OrderLine) => kind === 'product' && (facts.productType === null || facts.sku === null);
    if (!order.lines.some(lacks)) return order;
    const kept = this.options.store.orders.lineFacts(order.id);
    const known = ({ itemId, facts }: OrderLine): LineFacts => {
      const before = kept.get(itemId);
      if (!before) return facts;
      return facts.productType === null ? before : { ...facts, sku: before.sku };
    };
    return { ...order, lines: order.lines.map((line) => (lacks(line) ? { ...line, facts: known(line) } : line)) };
  }

  /** A paid order whose payment row has not come yet: wait a little for the plugin, else take the total as paid. */
  async expectPayment(order: StoreOrder): Promise<OrderEnd | null> {
    const { store, nowMs } = this.options;
    if (order.presence !== 'live') return null;
    if (!order.paidAt || waitsForPayment(order)) {
      // Where no plugin tells, a cleared date or such a status is all there is to see of a payment taken back.
      if (order.payments.some((payment) => payment.assumed && !payment.takenBackAt)) {
        const at = new Date(nowMs()).toISOString();
        await store.write(() => store.events.takeBackAssumed(order.id, at));
        order.payments = store.events.payments(order);
      }
      return null;
    }
    const decisions = store.orders.decisions(order.id);
    const unreadable = order.payments.filter((payment) => payment.unreadable && !payment.takenBackAt);
    const choices = unreadable.map((payment) => unreadableChoice(payment, decisions));
    // Until a person says that all was paid, a row that cannot be read is no reason to take the total for paid.
    if (unreadable.length > 0 && (choices.includes(undefined) || !choices.includes('total'))) return null;
    const readable = order.payments.filter((payment) => !payment.unreadable);
    // A row that reads may have come in the second of one that does not: it is another payment.
    const same = readable.filter((payment) => sameSecond(payment.paidAt, order.paidAt ?? ''));
    if (same.some((payment) => unreadable.length === 0 || payment.assumed)) {
      if (unreadable.length === 0) await this.expectAnotherPayment(order);
      return null;
    }
    const sinceMs = nowMs() - Date.parse(order.paidAt);
    if (unreadable.length === 0 && this.options.pluginRecordsPayments() && sinceMs < PAYMENT_ROW_GRACE_MS) {
      return {
        state: 'later',
        atMs: nowMs() + 5_000,
        code: 'payment.row_expected',
        message: 'The order is paid; the plugin’s record of the amount is on its way.',
      };
    }
    const standing = readable.filter((payment) => !payment.takenBackAt);
    if (unreadable.length === 0 && standing.length > 0) return null;
    await this.assumeRest(order, standing, order.paidAt);
    return null;
  }

  /** An order that was set back is paid again under the date it had. Where a plugin records payments, its row comes. */
  private async expectAnotherPayment(order: StoreOrder): Promise<void> {
    if (this.options.pluginRecordsPayments() || !isPaidByStatus(order)) return;
    const setBackAt = order.payments.filter((payment) => !payment.reported).map((payment) => payment.takenBackAt);
    if (setBackAt.includes(null)) return;
    const at =
      [order.modifiedAt, ...setBackAt]
        .flatMap((each) => each ?? [])
        .sort()
        .at(-1) ?? order.modifiedAt;
    await this.assumeRest(
      order,
      order.payments.filter((payment) => !payment.takenBackAt),
      at,
    );
  }

  /** The total less what stands and what was refunded by then. */
  private async assumeRest(order: StoreOrder, standing: readonly StorePayment[], paidAt: string): Promise<void> {
    const { store } = this.options;
    const before = order.refunds.filter((refund) => refund.createdAt < paidAt);
    const amount = order.total - sum([...before, ...standing].map((part) => part.amount));
    if (amount <= 0) return;
    const { currency, paymentMethod, transactionId } = order;
    await store.write(() =>
      store.events.assumePayment(
        order.id,
        formatMinor(sum([amount]), order.decimals),
        currency,
        paidAt,
        paymentMethod,
        transactionId,
      ),
    );
    order.payments = store.events.payments(order);
  }

  /** Which of the refunds that the order does not list any more the store has deleted; none while the order itself is gone. */
  async deletedOf(order: StoreOrder, unlisted: readonly number[]): Promise<Result<number[]>> {
    if (order.presence === 'deleted') return ok([]);
    const deleted: number[] = [];
    for (const refundId of unlisted) {
      // Missing from the list proves nothing; only a 404 of the refund itself, while the order answers, counts as deleted.
      const exists = await this.refundExists(order.id, refundId);
      if (!exists.ok) return exists;
      if (exists.value) {
        return err(
          retryable(
            'store.refund_not_listed',
            `Refund ${refundId} exists, but the order's list of refunds left it out; it is read again.`,
          ),
        );
      }
      deleted.push(refundId);
    }
    return ok(deleted);
  }
}

/** The plugin sends its rows within seconds; after this an amount is assumed. */
const PAYMENT_ROW_GRACE_MS = 120_000;

/** Twice the two seconds that poll.ts asks for: our clock and the shop's are not the same. */
const SAME_SECOND_MS = 4_000;

const sameSecond = (a: string, b: string): boolean => Math.floor(Date.parse(a) / 1000) === Math.floor(Date.parse(b) / 1000);
