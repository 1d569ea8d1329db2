import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import type { RuleFacts, RuleKind, RuleTrace } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import type { RuleBook } from './rules.ts';

export interface Account {
  /** Concatenated segments, `01-100-41000-0000-000`. */
  combination: string;
  segments: Record<string, string>;
  memoLine: string | null;
  trace: RuleTrace;
}

/**
 * The account combination of one part: the winning rule's segments over the defaults of the segment template.
 *
 * Fails   needs-attention account.unmapped: no rule and no default, or a segment that neither names
 * Source  design section 4
 */
export function accountFor(
  kind: RuleKind,
  facts: RuleFacts,
  day: string,
  book: RuleBook,
  setup: Setup,
  what: string,
): Result<Account> {
  const choice = book.choose(kind, facts, day);
  const chosen = choice.outcome?.segments ?? setup.defaultSegments;
  if (!chosen) {
    return err(
      needsAttention(
        'account.unmapped',
        `No GL account for ${what}.`,
        `Add a ${kind} rule that matches ${what}, or set a default account.`,
        {
          detail: { subject: what },
        },
      ),
    );
  }
  const segments: Record<string, string> = {};
  for (const segment of setup.segments) {
    const value = chosen[segment.name] ?? setup.defaultSegments?.[segment.name] ?? segment.default;
    if (value === undefined) {
      return err(
        needsAttention(
          'account.segment_missing',
          `The account of ${what} has no value for the segment "${segment.name}" (rule: ${choice.trace.ruleName}).`,
          `Name "${segment.name}" in the rule, or give it a default in the segment template.`,
          { detail: { subject: what } },
        ),
      );
    }
    segments[segment.name] = value;
  }
  const combination = setup.segments.map((segment) => segments[segment.name]).join(setup.segmentSeparator);
  return ok({
    combination,
    segments,
    memoLine: choice.outcome?.memoLine ?? null,
    trace: { ...choice.trace, result: combination },
  });
}
