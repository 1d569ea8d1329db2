import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import { instantsOf } from '../domain/days.ts';
import { formatMinor, minor } from '../domain/money.ts';
import type { OpenDocument, ReconcileReads } from '../store/reconcile-reads.ts';
import type { CertificateRecord } from '../store/reconcile-records.ts';
import { MEASURES, type Measure } from './figures.ts';
import {
  type DifferenceLine,
  differenceLine,
  type ReasonLine,
  type RowLine,
  reasonLines,
  rowLine,
  type TotalLine,
  totalLine,
} from './lines.ts';
import { changedOrders } from './order-digest.ts';
import type { Period } from './period.ts';
import type { Asked, RunResult } from './run.ts';
import type { Difference } from './sheet.ts';

/** Says how amounts are to be read by whoever checks a certificate years later. */
export const CERTIFICATE_FORMAT = 'ar-bridge-close-certificate/1';

/** What is certified. Amounts are decimal strings of their currency; the hash is SHA-256 over this as canonical JSON. */
export interface CertificateData {
  format: typeof CERTIFICATE_FORMAT;
  period: Period;
  timeZone: string;
  madeAt: string;
  madeBy: string;
  /** Where both sides come from; `oracleReadAt` is null where Oracle is told by our own record. */
  sources: { oracle: Asked['oracle']; oracleReadAt: string | null; store: Asked['store'] };
  versions: { sidecar: string; rules: number; setup: number };
  /** Head of the audit trail when it was made. */
  audit: { seq: number; hash: string };
  orders: number;
  totals: TotalLine[];
  differences: ReasonLine[];
  /** Differences that nothing explains, one by one as far as they fit; `count` is all of them. */
  unexplained: { count: number; items: DifferenceLine[] };
  /** Open when it was made, of documents dated up to the period's end, and orders placed up to then that are not done. */
  open: { documents: OpenLine[]; orders: OpenOrders[] };
  rows: RowLine[];
  /** SHA-256 over the hashes of all orders, and how many there are. */
  ordersDigest: { orders: number; sha256: string };
  since: Since | null;
}

export interface OpenLine {
  businessUnit: string;
  currency: string;
  kind: OpenDocument['kind'];
  documents: number;
  amount: string;
}
export interface OpenOrders {
  state: string;
  code: string | null;
  /** What to do, where one sentence holds for all of them; else empty. Certificates from before have none. */
  action?: string;
  currency: string;
  orders: number;
  total: string;
}
/** What changed since the last certificate of the same period. */
export interface Since {
  id: number;
  madeAt: string;
  madeBy: string;
  sha256: string;
  rows: {
    day: string;
    businessUnit: string;
    currency: string;
    gateway: string;
    measure: Measure;
    side: 'store' | 'oracle';
    before: string;
    after: string;
  }[];
  /** Orders whose figures changed: all of them counted, the first listed. */
  orders: { count: number; ids: number[] };
}

export const LISTED_ITEMS = 200;
const LISTED_ORDERS = 500;

/** What of the compared orders goes into a certificate, of the same moment as the result. */
export interface Certified {
  orders: number;
  /** A hash per order, see order-digest.ts. */
  digest: Uint8Array;
  unexplained: Difference[];
  open: CertificateData['open'];
}

export interface CertificateParts {
  asked: Asked;
  actor: string;
  madeAtMs: number;
  oracleReadAtMs: number | null;
  timeZones: readonly string[];
  versions: CertificateData['versions'];
  audit: CertificateData['audit'];
  result: RunResult;
  certified: Certified;
  /** Of the same period; null for the first. */
  previous: CertificateRecord | null;
}

/** Puts a certificate together; the bytes of `data` are what the hash is of. */
export function makeCertificate(parts: CertificateParts): Omit<CertificateRecord, 'id'> {
  const { asked, actor, madeAtMs, result, certified } = parts;
  const orders = Buffer.from(certified.digest);
  const rows = result.rows.map(rowLine);
  const certificate: CertificateData = {
    format: CERTIFICATE_FORMAT,
    period: { from: asked.from, to: asked.to },
    timeZone: parts.timeZones.join(', '),
    madeAt: new Date(madeAtMs).toISOString(),
    madeBy: actor,
    sources: {
      oracle: asked.oracle,
      oracleReadAt: parts.oracleReadAtMs === null ? null : new Date(parts.oracleReadAtMs).toISOString(),
      store: asked.store,
    },
    versions: parts.versions,
    audit: parts.audit,
    orders: result.orders,
    totals: result.totals.map(totalLine),
    differences: result.totals.flatMap(reasonLines),
    unexplained: { count: result.unknown, items: certified.unexplained.slice(0, LISTED_ITEMS).map(differenceLine) },
    open: certified.open,
    rows,
    ordersDigest: { orders: certified.orders, sha256: sha256(orders) },
    since: parts.previous && sinceThen(parts.previous, rows, orders),
  };
  const data = canonicalJson(certificate);
  return { fromDay: asked.from, toDay: asked.to, madeAtMs, actor, sha256: sha256(data), data, orders };
}

/** Sums of what is open, in pages so that nobody waits for them. */
export async function openItems(
  reads: ReconcileReads,
  { period, readSinceMs }: { period: Period; readSinceMs: number | null },
  timeZones: readonly string[],
  breathe: () => Promise<void>,
): Promise<CertificateData['open']> {
  const sums = new Map<string, { row: OpenDocument; documents: number; amount: number }>();
  for (const page of reads.openDocuments(period.to, readSinceMs)) {
    for (const row of page) {
      const key = [row.businessUnit, row.currency, row.kind].join('|');
      const sum = sums.get(key) ?? { row, documents: 0, amount: 0 };
      sums.set(key, { row, documents: sum.documents + 1, amount: sum.amount + row.open });
    }
    await breathe();
  }
  const documents = [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { row, documents: count, amount }]) => ({
      ...{ businessUnit: row.businessUnit, currency: row.currency, kind: row.kind, documents: count },
      amount: formatMinor(minor(amount), row.decimals),
    }));
  const orders = reads
    .notPosted(instantsOf(period.to, timeZones).to)
    .map(({ state, code, action, currency, decimals, orders: count, total }) => ({
      ...{ state, code, action, currency, orders: count },
      total: formatMinor(minor(total), decimals),
    }));
  return { documents, orders };
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

function sinceThen(previous: CertificateRecord, rows: readonly RowLine[], orders: Buffer): Since {
  const then = JSON.parse(previous.data) as CertificateData;
  const keyOf = ({ day, businessUnit, currency, gateway }: RowLine) => [day, businessUnit, currency, gateway].join('|');
  const before = new Map(then.rows.map((row) => [keyOf(row), row]));
  const after = new Map(rows.map((row) => [keyOf(row), row]));
  const changes: Since['rows'] = [];
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const row = after.get(key) ?? before.get(key);
    if (!row) continue;
    const { day, businessUnit, currency, gateway } = row;
    for (const measure of MEASURES) {
      for (const side of ['store', 'oracle'] as const) {
        const [was, is] = [before.get(key)?.measures[measure][side] ?? '0', after.get(key)?.measures[measure][side] ?? '0'];
        if (!sameAmount(was, is)) changes.push({ day, businessUnit, currency, gateway, measure, side, before: was, after: is });
      }
    }
  }
  const ids = changedOrders(previous.orders, orders);
  return {
    ...{ id: previous.id, madeAt: then.madeAt, madeBy: then.madeBy, sha256: previous.sha256, rows: changes },
    orders: { count: ids.length, ids: ids.slice(0, LISTED_ORDERS) },
  };
}

/** A row that is new or gone has no amount on the other side: 0 and 0.00 are the same. */
const sameAmount = (a: string, b: string): boolean => a === b || (!/[1-9]/.test(a) && !/[1-9]/.test(b));
