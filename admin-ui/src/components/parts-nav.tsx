import type { Tab } from '../hooks/route.ts';
import { Link } from './link.tsx';

interface PartsNavProps<Part extends string> {
  tab: Tab;
  label: string;
  parts: readonly Part[];
  current: Part;
  nameOf: (part: Part) => string;
}

/** The parts of a tab as links; the first one needs no name in the address. */
export function PartsNav<Part extends string>({ tab, label, parts, current, nameOf }: PartsNavProps<Part>) {
  return (
    <nav aria-label={label}>
      <ul className="arb-filter">
        {parts.map((part, index) => (
          <li key={part}>
            <Link
              tab={tab}
              params={{ at: index === 0 ? undefined : part }}
              current={part === current}
              className={part === current ? 'is-current' : undefined}
            >
              {nameOf(part)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
