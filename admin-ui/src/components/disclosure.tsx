import type { ReactNode } from 'react';

interface DisclosureProps {
  summary: ReactNode;
  open?: boolean;
  /** Holds form fields: their lists may reach beyond its edges. */
  form?: boolean;
  children: ReactNode;
}

/** Folded away until asked for; the browser's own element brings keyboard and screen reader with it. */
export function Disclosure({ summary, open, form = false, children }: DisclosureProps) {
  return (
    <details className={form ? 'arb-fold is-form' : 'arb-fold'} open={open}>
      <summary>{summary}</summary>
      <div className="arb-fold__body">{children}</div>
    </details>
  );
}
