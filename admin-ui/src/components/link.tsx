import type { MouseEvent, ReactNode } from 'react';
import { go, type Params, type Tab, urlOf } from '../hooks/route.ts';

interface LinkProps {
  tab: Tab;
  params?: Params;
  className?: string | undefined;
  current?: boolean;
  children: ReactNode;
}

/** A link inside the page: an ordinary address that can be opened in a new tab, followed without loading the page anew. */
export function Link({ tab, params = {}, className, current = false, children }: LinkProps) {
  const href = urlOf(tab, params);
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    go(href);
  };
  return (
    <a href={href} className={className} aria-current={current ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  );
}
