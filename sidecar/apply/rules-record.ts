import type { RuleTrace } from '../domain/rules.ts';
import type { AuditRow } from '../store/audit.ts';
import type { DocumentRecord, NewDocument } from '../store/documents.ts';

/** One choice of the rules, as the audit trail keeps it. */
export type RecordedChoice = Pick<RuleTrace, 'kind' | 'ruleSetVersion' | 'ruleId' | 'ruleName' | 'matched' | 'result'>;

/** What the rules chose for one document and each of its lines. */
export interface RulesRecord {
  document: RecordedChoice[];
  lines: { part: string; description: string; choices: RecordedChoice[] }[];
}

/** Rows of the audit trail that AR Bridge writes of its own doings, not of a call. */
export const OWN_SYSTEM = 'ar-bridge';
const CHOSEN = 'chosen by rules';

/**
 * The row that goes into the chain with a document's intent, before anything is sent. A line that took over the account of a posted one
 * carries that line's choices, with the version they were made under.
 *
 * In      before  the record of the document's last intent: while Oracle is away the same is intended again and again
 * Out     null when that one's row says the same
 */
export function rulesRow(document: NewDocument, before: DocumentRecord | null, actor: string, nowMs: number): AuditRow | null {
  const request = recordOf(document);
  if (before && recordOf(before) === request) return null;
  return {
    orderId: document.orderId,
    document: document.number,
    system: OWN_SYSTEM,
    operation: CHOSEN,
    method: 'RULES',
    path: `version ${document.ruleSetVersion}`,
    status: null,
    startedAtMs: nowMs,
    durationMs: 0,
    outcome: 'ok',
    oracleIds: [],
    actor,
    request,
    response: null,
  };
}

function recordOf({ trace, lines }: Pick<NewDocument, 'trace' | 'lines'>): string {
  const record: RulesRecord = {
    document: trace.map(choiceOf),
    lines: lines.map(({ part, description, trace: ofLine }) => ({ part, description, choices: ofLine.map(choiceOf) })),
  };
  return JSON.stringify(record);
}

const choiceOf = ({ kind, ruleSetVersion, ruleId, ruleName, matched, result }: RuleTrace): RecordedChoice => ({
  kind,
  ruleSetVersion,
  ruleId,
  ruleName,
  matched,
  result,
});

export const isRulesRow = ({ system, operation }: Pick<AuditRow, 'system' | 'operation'>): boolean =>
  system === OWN_SYSTEM && operation === CHOSEN;
