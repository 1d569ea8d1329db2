import type { DocumentKind } from '../domain/references.ts';

/** The documents in sentences and in the audit. */
export const WORDS = { invoice: 'invoice', 'credit-memo': 'credit memo', receipt: 'receipt' } as const satisfies Record<
  DocumentKind,
  string
>;
