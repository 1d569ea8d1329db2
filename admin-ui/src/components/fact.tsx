import type { ReactNode } from 'react';

/** A name and its value, inside `<dl className="arb-heading__facts">`. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
