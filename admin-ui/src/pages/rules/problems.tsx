import { __ } from '@wordpress/i18n';
import type { RuleProblem } from '../../data/contract.ts';

/** What speaks against a rule; what is broken comes first and is said to be so. */
export function Problems({ problems }: { problems: readonly RuleProblem[] }) {
  const sorted = [...problems].sort((a, b) => Number(b.severity === 'broken') - Number(a.severity === 'broken'));
  return (
    <ul className={sorted[0]?.severity === 'broken' ? 'arb-problems' : 'arb-problems is-note'}>
      {sorted.map(({ severity, message, at }) => (
        <li key={`${at} ${message}`}>
          <span className="screen-reader-text">
            {severity === 'broken' ? __('Problem:', 'ar-bridge') : __('Note:', 'ar-bridge')}{' '}
          </span>
          {message}
        </li>
      ))}
    </ul>
  );
}
