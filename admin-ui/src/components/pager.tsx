import { __, sprintf } from '@wordpress/i18n';
import { count } from '../format.ts';
import type { Params, Tab } from '../hooks/route.ts';
import { Link } from './link.tsx';

interface PagerProps {
  tab: Tab;
  params: Params;
  page: number;
  perPage: number;
  total: number;
}

/** "1–25 of 312", earlier and later pages as links: back and forward of the browser work on them. */
export function Pager({ tab, params, page, perPage, total }: PagerProps) {
  const first = (page - 1) * perPage + 1;
  const last = Math.min(page * perPage, total);
  const at = (paged: number): Params => ({ ...params, paged: paged > 1 ? paged : undefined });
  return (
    <nav className="arb-pager" aria-label={__('Pages', 'ar-bridge')}>
      <span role="status">
        {/* translators: 1: first row shown, 2: last row shown, 3: number of rows */}
        {sprintf(__('%1$s–%2$s of %3$s', 'ar-bridge'), count(Math.min(first, total)), count(last), count(total))}
      </span>
      {page > 1 && (
        <Link tab={tab} params={at(page - 1)} className="components-button is-secondary is-compact">
          {__('Previous', 'ar-bridge')}
        </Link>
      )}
      {last < total && (
        <Link tab={tab} params={at(page + 1)} className="components-button is-secondary is-compact">
          {__('Next', 'ar-bridge')}
        </Link>
      )}
    </nav>
  );
}
