import { join } from 'node:path';
import { Identities } from '../../../sidecar/apply/customer-identity.ts';
import { CustomerImport } from '../../../sidecar/apply/customer-import.ts';
import { CustomerLinks } from '../../../sidecar/apply/customer-links.ts';
import { CustomerWork } from '../../../sidecar/apply/customer-work.ts';
import { memoryTrail } from '../../../sidecar/apply/trail.ts';
import type { BillTo } from '../../../sidecar/domain/documents.ts';
import type { Result } from '../../../sidecar/domain/failures.ts';
import type { Address, StoreCustomer, StoreOrder } from '../../../sidecar/domain/order.ts';
import type { Setup } from '../../../sidecar/domain/setup.ts';
import { openStore, type Store } from '../../../sidecar/store/store.ts';
import { FakeDirectory } from './fake-directory.ts';
import { order, SETUP } from './orders.ts';

export const IDENTITY_KEY = Buffer.alloc(32, 7);

type Person = Partial<Address> & { id?: number };

/** The work on customers on a real database, with Oracle's parties in memory and a clock by hand. */
export class CustomerDesk {
  readonly directory = new FakeDirectory();
  readonly identities = new Identities(IDENTITY_KEY);
  readonly trail = memoryTrail();
  nowMs = Date.parse('2026-11-23T12:00:00Z');
  setup: Setup;
  store: Store;
  work: CustomerWork;
  /** How often somebody got an account, as the store would be told. */
  told = 0;
  private readonly path: string;
  private nextOrder = 1000;

  /** folder: absent for a database in memory, which no restart survives. */
  constructor(customers: Partial<Setup['customers']> = {}, folder?: string) {
    this.path = folder ? join(folder, 'test.db') : ':memory:';
    this.setup = { ...SETUP, customers: { ...SETUP.customers, guests: 'own', ...customers } };
    this.store = openStore(this.path, () => this.nowMs);
    this.work = this.makeWork();
  }

  /** The process dies and starts again on the same file. */
  async restart(): Promise<void> {
    await this.store.close();
    this.store = openStore(this.path, () => this.nowMs);
    this.work = this.makeWork();
  }

  /** The same without the file: what was in memory is gone. */
  forget(): void {
    this.work = this.makeWork();
  }

  orderOf(person: Person, over: Partial<StoreOrder> = {}): StoreOrder {
    const { id = 0, ...address } = person;
    const billing = { ...order().billing, ...address };
    this.nowMs += 1000;
    this.nextOrder += 1;
    return order({
      id: this.nextOrder,
      customerId: id,
      customer: customerOf(id, billing),
      billing,
      createdAt: new Date(this.nowMs).toISOString(),
      ...over,
    });
  }

  /** What the engine does with one order, as far as customers go. */
  async bill(of: StoreOrder | Person): Promise<Result<BillTo>> {
    const placed = 'lines' in of ? of : this.orderOf(of);
    await this.store.write(() => {
      this.store.orders.know(placed.id, this.nowMs);
      this.store.orders.saveRead(placed, 'hash', this.nowMs);
    });
    const billTo = await this.work.billTo(placed, this.setup, this.trail);
    await this.store.write(() => {
      const { failure } = billTo.ok ? { failure: null } : billTo;
      const reason = failure?.kind === 'needs-attention' ? { code: failure.code, message: failure.message, action: '' } : null;
      this.store.orders.setState(placed.id, reason ? 'attention' : 'posted', reason, null, this.nowMs);
    });
    return billTo;
  }

  /** Bills and names the account; the failure's code where there is none. */
  async account(of: StoreOrder | Person): Promise<string> {
    const billTo = await this.bill(of);
    return billTo.ok ? billTo.value.accountNumber : billTo.failure.code;
  }

  /** The store says that a customer's profile is now so. `email`: of the account; the billing address carries it too unless given. */
  async profile(id: number, person: Partial<Address> = {}, meta?: StoreCustomer['meta']): Promise<string> {
    this.nowMs += 1000;
    const billing = { ...order().billing, ...person };
    const followed = await this.work.follow(
      { ...customerOf(id, billing), ...(meta && { meta }) },
      billing,
      this.setup,
      this.trail,
    );
    return followed.ok ? followed.value : followed.failure.code;
  }

  async decide(orderId: number, choice: string): Promise<void> {
    this.nowMs += 1000;
    await this.store.write(() => this.store.orders.decide(orderId, 'customer', choice, '', 'maria', this.nowMs));
  }

  /** Orders that the queue would take up again. */
  queued(): number[] {
    return this.store.jobs.claim(this.nowMs + 1, 100).map((job) => job.objectId);
  }

  mailRow(email: string) {
    return this.store.customers.get(this.identities.mail(email));
  }

  /** What people do about links, as start.ts puts it together. */
  tools() {
    const { store, directory, identities, work, trail } = this;
    const onMapped = () => {
      this.told += 1;
    };
    const links = new CustomerLinks({ store, directory, identities, work, nowMs: () => this.nowMs, onMapped });
    return { links, customerImport: new CustomerImport({ store, directory, identities, links, trail }) };
  }

  private makeWork(): CustomerWork {
    return new CustomerWork({
      store: this.store,
      directory: this.directory,
      identities: this.identities,
      nowMs: () => this.nowMs,
      onMapped: () => {
        this.told += 1;
      },
    });
  }
}

const customerOf = (id: number, billing: Address): StoreCustomer => ({
  id,
  email: billing.email,
  firstName: billing.firstName,
  lastName: billing.lastName,
  company: billing.company,
  role: id > 0 ? 'customer' : null,
});
