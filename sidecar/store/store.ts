import { Audit } from './audit.ts';
import { CaptureMemory } from './capture-memory.ts';
import { Committer } from './committer.ts';
import { Customers } from './customers.ts';
import { openDatabase } from './database.ts';
import { Documents } from './documents.ts';
import { Events } from './events.ts';
import { Jobs } from './jobs.ts';
import { Lanes } from './lanes.ts';
import { Orders } from './orders.ts';
import { Persons } from './persons.ts';
import { openSnapshot, type Snapshot } from './reader.ts';
import { ReconcileReads } from './reconcile-reads.ts';
import { ReconcileRecords } from './reconcile-records.ts';
import { References } from './references.ts';
import { ReferenceNotices } from './references-notices.ts';
import { RuleSets } from './rules.ts';
import { RuleOrders } from './rules-orders.ts';
import { Settings } from './settings.ts';

/**
 * The one place with SQL. Reads are plain methods; every write is a function handed to `write`, which groups all writes of a turn
 * of the event loop into one durable transaction.
 */
export interface Store {
  write<T>(work: () => T): Promise<T>;
  committer: Committer;
  jobs: Jobs;
  events: Events;
  orders: Orders;
  documents: Documents;
  customers: Customers;
  persons: Persons;
  lanes: Lanes;
  audit: Audit;
  settings: Settings;
  references: References;
  referenceNotices: ReferenceNotices;
  ruleSets: RuleSets;
  ruleOrders: RuleOrders;
  capture: CaptureMemory;
  reconcile: ReconcileRecords;
  reads: ReconcileReads;
  /** Where it lies, for a thread that reads on a connection of its own. */
  file: string;
  /** Reads of one moment, on a connection of their own. */
  snapshot(): Snapshot;
  close(): Promise<void>;
}

/**
 * path: a file, or `:memory:` for tests. nowMs: the wall clock, for what people read.
 * `onFatal` is told when the disk failed under a commit: the process has to end.
 */
export function openStore(path: string, nowMs: () => number = Date.now, onFatal?: (error: unknown) => void): Store {
  const { db, close } = openDatabase(path);
  const committer = new Committer(db, onFatal);
  const write = <T>(work: () => T): Promise<T> => committer.write(work);
  const settings = new Settings(db);
  const jobs = new Jobs(db);
  const orders = new Orders(db);
  const events = new Events(db, nowMs);
  return {
    write,
    committer,
    jobs,
    events,
    orders,
    documents: new Documents(db),
    customers: new Customers(db),
    persons: new Persons(db),
    lanes: new Lanes(db),
    audit: new Audit(db),
    settings,
    references: new References(db, settings),
    referenceNotices: new ReferenceNotices(db),
    ruleSets: new RuleSets(db),
    ruleOrders: new RuleOrders(db),
    capture: new CaptureMemory(db, { write, jobs, orders, events, settings, nowMs }),
    reconcile: new ReconcileRecords(db),
    reads: new ReconcileReads(db),
    file: path,
    snapshot: () => openSnapshot(path),
    async close() {
      await committer.idle();
      close();
    },
  };
}
