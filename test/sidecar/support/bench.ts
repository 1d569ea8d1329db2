import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Identities } from '../../../sidecar/apply/customer-identity.ts';
import { CustomerWork } from '../../../sidecar/apply/customer-work.ts';
import { OrderWork } from '../../../sidecar/apply/order-work.ts';
import { type ReferenceChecks, referenceChecks } from '../../../sidecar/apply/reference-checks.ts';
import type { ListName } from '../../../sidecar/apply/reference-pull.ts';
import { auditTrail } from '../../../sidecar/apply/trail.ts';
import type { OrderEnd } from '../../../sidecar/apply/work.ts';
import type { Shop } from '../../../sidecar/capture/ports.ts';
import { ok, type Result } from '../../../sidecar/domain/failures.ts';
import { formatMinor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import type { Setup } from '../../../sidecar/domain/setup.ts';
import { openStore, type Store } from '../../../sidecar/store/store.ts';
import { FakeDirectory } from './fake-directory.ts';
import { FakeOracle } from './fake-oracle.ts';
import { RULES, SETUP } from './orders.ts';

/** A sidecar's work on orders on a real database file, with Oracle and the shop in memory and a clock by hand. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'ar-bridge-test-'));
  readonly oracle = new FakeOracle();
  readonly orders = new Map<number, StoreOrder>();
  readonly deletedRefunds = new Set<number>();
  setup: Setup = SETUP;
  rules: Rule[] = RULES;
  rulesVersion = 1;
  maxAgeMs = Number.POSITIVE_INFINITY;
  /** Lists that were asked for again because they were too old. */
  readonly refreshed: ListName[][] = [];
  onRefresh: () => Promise<unknown> = async () => undefined;
  mode: 'live' | 'simulation' = 'live';
  release: '26D' | '25D' = '26D';
  pluginRecordsPayments = true;
  nowMs = Date.parse('2026-11-23T12:00:00Z');
  readonly directory = new FakeDirectory();
  readonly identities = new Identities(Buffer.alloc(32, 7));
  store: Store = openStore(join(this.folder, 'test.db'), () => this.nowMs);
  customers: CustomerWork = this.makeCustomers();
  work: OrderWork = this.makeWork();

  /** The process dies and starts again: everything in memory is gone, the file stays. */
  async restart(): Promise<void> {
    await this.store.close();
    this.store = openStore(join(this.folder, 'test.db'), () => this.nowMs);
    this.store.jobs.recover();
    this.customers = this.makeCustomers();
    this.work = this.makeWork();
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The store's side of an order, with the payment rows the plugin would have sent. */
  async place(order: StoreOrder): Promise<void> {
    this.orders.set(order.id, order);
    await this.store.write(() => {
      this.store.orders.know(order.id, this.nowMs);
      for (const payment of order.payments) {
        this.store.events.addPayment({
          id: Number(payment.id),
          orderId: order.id,
          kind: 'received',
          amount: formatMinor(payment.amount, order.decimals),
          currency: order.currency,
          gateway: payment.gateway,
          transactionId: payment.transactionId,
          at: payment.paidAt,
        });
      }
    });
  }

  /** Runs one order's work; waits that it asks for pass at once, `rounds` times at most. */
  async run(orderId = 1042, rounds = 1): Promise<OrderEnd> {
    let end = await this.work.process(orderId);
    for (let round = 1; round < rounds && end.state === 'later'; round += 1) {
      this.nowMs = Math.max(this.nowMs, end.atMs);
      end = await this.work.process(orderId);
    }
    return end;
  }

  numbers(): string[] {
    return [...this.oracle.documents.keys()];
  }

  private makeCustomers(): CustomerWork {
    const { store, directory, identities } = this;
    return new CustomerWork({ store, directory, identities, nowMs: () => this.nowMs });
  }

  private makeWork(): OrderWork {
    const { store } = this;
    return new OrderWork({
      store,
      shop: this.shop(),
      receivables: this.oracle,
      customers: this.customers,
      setup: () => this.setup,
      rules: () => ({ version: this.rulesVersion, rules: this.rules }),
      release: () => this.release,
      lists: { checks: this.checks(), refresh: (lists) => this.refresh(lists) },
      mode: () => ({ mode: this.mode, reason: null }),
      pluginRecordsPayments: () => this.pluginRecordsPayments,
      trail: (context) =>
        auditTrail(store, { ...context, actor: 'test' }, (error) => {
          throw error;
        }),
      nowMs: () => this.nowMs,
      doubt: { betweenLooksMs: 10_000, actionSettlesMs: 60_000 },
    });
  }

  private async refresh(lists: readonly ListName[]): Promise<Result<void>> {
    this.refreshed.push([...lists]);
    await this.onRefresh();
    return ok(undefined);
  }

  private checks(): ReferenceChecks {
    const { references } = this.store;
    return referenceChecks({ references, setup: () => this.setup, maxAgeMs: () => this.maxAgeMs, nowMs: () => this.nowMs });
  }

  private shop(): Shop {
    const absent = async () => {
      throw new Error('not part of this bench');
    };
    return {
      readOrder: async (id) => {
        const order = this.orders.get(id);
        return ok(order ? { found: true, order: structuredClone({ ...order, payments: [] }), hash: 'h' } : { found: false });
      },
      refundExists: async (_orderId, refundId) => ok(!this.deletedRefunds.has(refundId)),
      readCustomer: absent,
      ordersModified: absent,
      ordersTrashed: absent,
      refundsModified: absent,
      ordersCreated: absent,
      findCustomers: absent,
      customers: absent,
      catalogue: absent,
      ping: absent,
    } as Shop;
  }
}
