import type { Period } from '../derive/accounting-date.ts';
import type { RuleBook } from '../derive/rules.ts';
import type { ArDocument, BillTo } from '../domain/documents.ts';
import { type MinorUnits, minor } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import type { PostedDocument, PostedLine } from '../domain/posted.ts';
import type { RuleTrace } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';

export interface DressContext {
  order: StoreOrder;
  setup: Setup;
  book: RuleBook;
  billTo: BillTo;
  periods: readonly Period[];
  /** The instant of planning, for documents without a date of their own in the store. */
  now: string;
  posted: readonly PostedDocument[];
  /** Fixed by the order's first document. */
  taxMode: Setup['taxMode'];
  /** Nothing is sent: what only Oracle's answers will tell (a rate) may be missing. */
  foresee?: boolean;
}

export interface Dressed {
  document: ArDocument;
  /** As they will be kept with the document. */
  lines: PostedLine[];
  /** Trace of choices that concern the whole document, such as the receipt method. */
  trace: RuleTrace[];
}

/** What a document has whatever it is. */
export type Common = Pick<
  Extract<ArDocument, { kind: 'receipt' }>,
  'number' | 'businessUnit' | 'date' | 'accountingDate' | 'currency' | 'decimals' | 'billTo' | 'conversion'
>;

/** Net, tax and total of a document, for people. */
export const totals = (lines: readonly PostedLine[]): { net: MinorUnits; tax: MinorUnits } => ({
  net: minor(lines.reduce((total, line) => total + line.net, 0)),
  tax: minor(lines.reduce((total, line) => total + line.taxes.reduce((all, tax) => all + tax.amount, 0), 0)),
});
