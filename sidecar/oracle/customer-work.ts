import type { CustomerProgress, NewCustomer, Trail } from '../apply/ports.ts';
import { ok, type Result, retryable } from '../domain/failures.ts';
import type { Accounts } from './accounts.ts';
import type { OracleHttp } from './http.ts';
import type { OracleSwitches } from './options.ts';
import type { Parties } from './parties.ts';
import type { SmallCache } from './small-cache.ts';
import type { SoapClient } from './soap.ts';

export interface CustomerTools {
  http: OracleHttp;
  soap: SoapClient;
  parties: Parties;
  accounts: Accounts;
  /** Set id by set code. */
  sets: SmallCache;
  switches: Pick<OracleSwitches, 'partySiteBy'>;
  wait: (ms: number) => Promise<void>;
}

/** One customer being made: what is done so far, and how to keep more of it. */
export interface CustomerWork extends CustomerTools {
  customer: NewCustomer;
  now: CustomerProgress;
  keep(more: CustomerProgress): Promise<void>;
  trail: Trail;
}

/** A new row may show late: looked for three times over half a minute before a lost answer counts as "nothing was made". */
const LOOKS_AFTER_DOUBT_MS = [2_000, 8_000, 20_000];

/**
 * Looks (unless it cannot be there), then makes; after an answer that may have been lost, looks again and makes no second time.
 *
 * Out     the thing, and whether this call made it
 */
export async function makeOnce<T>(
  look: () => Promise<Result<T | null>>,
  make: () => Promise<Result<T>>,
  wait: (ms: number) => Promise<void>,
  cannotBeThere = false,
): Promise<Result<{ it: T; fresh: boolean }>> {
  const before = cannotBeThere ? ok(null) : await look();
  if (!before.ok) return before;
  if (before.value !== null) return ok({ it: before.value, fresh: false });
  const made = await make();
  if (made.ok) return ok({ it: made.value, fresh: true });
  if (made.failure.kind === 'rejected' || made.failure.outcomeUnknown !== true) return made;
  for (const ms of LOOKS_AFTER_DOUBT_MS) {
    await wait(ms);
    const found = await look();
    if (found.ok && found.value !== null) return ok({ it: found.value, fresh: false });
  }
  return made;
}

export const withoutId = (what: string) =>
  retryable('oracle.answer_without_id', `Oracle answered a new ${what} without its id.`, { outcomeUnknown: true });
