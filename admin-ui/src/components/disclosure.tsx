import type { ReactNode } from 'react';

/** Folded away until asked for; the browser's own element brings keyboard and screen reader with it. */
export function Disclosure({ summary, open, children }: { summary: ReactNode; open?: boolean; children: ReactNode }) {
  return (
    <details className="arb-fold" open={open}>
      <summary>{summary}</summary>
      <div className="arb-fold__body">{children}</div>
    </details>
  );
}
