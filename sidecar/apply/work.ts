import type { Shop } from '../capture/ports.ts';
import type { BillTo } from '../domain/documents.ts';
import type { Failure, Result } from '../domain/failures.ts';
import type { StoreOrder } from '../domain/order.ts';
import type { RuleSet } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import type { Store } from '../store/store.ts';
import type { CustomerWork } from './customer-work.ts';
import type { Receivables, Trail } from './ports.ts';
import type { ReferenceChecks } from './reference-checks.ts';
import type { ListName } from './reference-pull.ts';

export interface OrderWorkOptions {
  store: Store;
  shop: Shop;
  receivables: Receivables;
  customers: CustomerWork;
  /** The set-up and rules of today; null until finance has saved a set-up. */
  setup: () => Setup | null;
  rules: () => RuleSet;
  /** What the last pulls say about a document; `refresh` pulls lists that are too old to post by, and fails while Oracle is away. */
  lists: { checks: ReferenceChecks; refresh: (lists: readonly ListName[]) => Promise<Result<void>> };
  /** What the pod offers: 26D has receipt actions and receipt refunds. */
  release: () => '26D' | '25D';
  /** `simulation` reads and plans, and posts nothing. */
  mode: () => { mode: 'live' | 'simulation'; reason: string | null };
  /** True where the plugin records payments: its row is waited for before an amount is assumed. */
  pluginRecordsPayments: () => boolean;
  trail: (context: { orderId: number; document: string | null }) => Trail;
  nowMs: () => number;
  /** Waits between look-ups after doubt, and how long the server may still be at work on an action. */
  doubt: { betweenLooksMs: number; actionSettlesMs: number };
}

/** How the work on one order ended. */
export type OrderEnd =
  | { state: 'posted' }
  | { state: 'excluded' | 'waiting'; code: string; message: string }
  | { state: 'stopped'; failure: Failure }
  /** Look again at this moment: an answer is in doubt, or a row of the plugin is expected. */
  | { state: 'later'; atMs: number; code: string; message: string };

/** What one run over an order carries along. */
export interface Run {
  order: StoreOrder;
  /** As it holds for the order's business unit. */
  setup: Setup;
  /** Fixed by the order's first document. */
  taxMode: Setup['taxMode'];
  /** Numbers of documents whose open amounts were heard from Oracle in this run. */
  fresh: Set<string>;
  /** Credit memos that Oracle refused to apply in this run. */
  hold: Set<string>;
  billTo: BillTo | null;
}
