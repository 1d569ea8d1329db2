import type { Attempt, Trail } from '../apply/ports.ts';
import type { Exchange } from './transport.ts';

/** What an attempt was, as far as it is known before the answer. */
export interface AttemptFacts {
  operation: string;
  method: string;
  /** Path and query only. */
  path: string;
  startedAtMs: number;
  /** Never with a secret in it: the caller withholds bodies that carry one. */
  request: string | null;
}

/** Writes the one audit record of an attempt. `response` replaces the answer's text where that would tell a secret. */
export function recordAttempt(
  trail: Trail,
  facts: AttemptFacts,
  exchange: Exchange,
  endedAtMs: number,
  outcome: string,
  more: { oracleIds?: string[]; response?: string } = {},
): void {
  const attempt: Attempt = {
    ...facts,
    system: 'oracle',
    durationMs: Math.max(0, endedAtMs - facts.startedAtMs),
    status: exchange.status,
    response: more.response ?? (exchange.kind === 'answer' ? exchange.text : null),
    outcome,
    oracleIds: more.oracleIds ?? [],
  };
  trail.record(attempt);
}
