import { z } from 'zod';
import type { ApplicationsQuery, Trail } from '../apply/ports.ts';
import type { OracleApplication } from '../domain/documents.ts';
import { err, ok, type Result, retryable } from '../domain/failures.ts';
import { minor } from '../domain/money.ts';
import { amountIn } from './amounts.ts';
import { listAllRows } from './collection.ts';
import type { OracleHttp } from './http.ts';
import type { Lookups } from './lookups.ts';
import { equalsId } from './query.ts';
import { FINANCIALS } from './resources.ts';

const text = z.string().nullish();
const Application = z.object({
  ApplicationId: z.string().regex(/^\d+$/),
  ApplicationAmount: text,
  ApplicationStatus: text,
  ActivityName: text,
  ReferenceTransactionNumber: text,
  IsLatestApplication: z.union([z.string(), z.boolean()]).nullish(),
});

/**
 * The applications of one receipt or credit memo, those taken back included (`isLatest` false).
 *
 * In      query  amounts come in the document's currency
 * Out     amounts of credit memo applications are positive, whichever sign Oracle gives them; receipt amounts as Oracle signs
 *         them, since the row that an unapplication makes may be negative
 * Source  contract section 9, children of receivablesCustomerAccountActivities
 */
export async function readApplications(
  query: ApplicationsQuery,
  http: OracleHttp,
  lookups: Lookups,
  trail: Trail,
): Promise<Result<OracleApplication[]>> {
  const account = await lookups.accountIdOf(query.accountNumber, trail);
  if (!account.ok) return account;
  const fromReceipt = query.from.kind === 'receipt';
  const rows = await listAllRows(
    http,
    {
      operation: fromReceipt ? 'find receipt applications' : 'find credit memo applications',
      subject: 'application',
      number: query.from.number,
      path: `${FINANCIALS}/receivablesCustomerAccountActivities/${account.value}/child/${
        fromReceipt ? 'standardReceiptApplications' : 'creditMemoApplications'
      }`,
      parameters: {
        q: equalsId(fromReceipt ? 'StandardReceiptId' : 'CreditMemoId', query.from.id),
        fields: Object.keys(Application.shape).join(','),
        onlyData: 'true',
      },
    },
    trail,
  );
  if (!rows.ok) return rows;
  const found: OracleApplication[] = [];
  for (const row of rows.value) {
    const parsed = Application.safeParse(row);
    const amount = parsed.success ? amountIn(parsed.data.ApplicationAmount, query.decimals) : null;
    if (!parsed.success || amount === null) {
      return err(
        retryable('oracle.answer_unreadable', `Oracle lists an application of ${query.from.number} without id or amount.`),
      );
    }
    found.push({
      id: parsed.data.ApplicationId,
      from: query.from.number,
      to: parsed.data.ReferenceTransactionNumber ?? null,
      activity: parsed.data.ActivityName ?? null,
      amount: fromReceipt ? amount : minor(Math.abs(amount)),
      isLatest: saysYes(parsed.data.IsLatestApplication),
      status: parsed.data.ApplicationStatus ?? '',
    });
  }
  return ok(found);
}

/** `Y`, `Yes` or true: the definition has a string and no values. */
const saysYes = (value: string | boolean | null | undefined): boolean => value === true || /^(y|yes|true)$/i.test(String(value));
