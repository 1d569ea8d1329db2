import { Audit } from './audit.ts';
import { Committer } from './committer.ts';
import { Customers } from './customers.ts';
import { openDatabase } from './database.ts';
import { Documents } from './documents.ts';
import { Events } from './events.ts';
import { Jobs } from './jobs.ts';
import { Orders } from './orders.ts';
import { References } from './references.ts';
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
  audit: Audit;
  settings: Settings;
  references: References;
  close(): Promise<void>;
}

/** path: a file, or `:memory:` for tests. `onFatal` is told when the disk failed under a commit: the process has to end. */
export function openStore(path: string, onFatal?: (error: unknown) => void): Store {
  const { db, close } = openDatabase(path);
  const committer = new Committer(db, onFatal);
  const settings = new Settings(db);
  return {
    write: (work) => committer.write(work),
    committer,
    jobs: new Jobs(db),
    events: new Events(db),
    orders: new Orders(db),
    documents: new Documents(db),
    customers: new Customers(db),
    audit: new Audit(db),
    settings,
    references: new References(db, settings),
    async close() {
      await committer.idle();
      close();
    },
  };
}
