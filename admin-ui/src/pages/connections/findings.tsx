import { Icon } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { caution, check } from '@wordpress/icons';
import { Prose } from '../../components/prose.tsx';
import type { Finding } from '../../data/contract.ts';

/** What a connection test found, and what to do about it. */
export function Findings({ findings }: { findings: Finding[] }) {
  const wrong = findings.filter(({ ok }) => !ok).length;
  return (
    <div className="arb-findings">
      <p className="arb-strong">
        {wrong === 0 ? __('Everything that was looked at is in order.', 'ar-bridge') : __('Something needs a look:', 'ar-bridge')}
      </p>
      <ul>
        {findings.map((finding) => (
          <li key={`${finding.code} ${finding.message}`} className={finding.ok ? 'is-ok' : 'is-wrong'}>
            <Icon icon={finding.ok ? check : caution} size={20} />
            <div>
              <span className="screen-reader-text">{finding.ok ? __('OK:', 'ar-bridge') : __('To do:', 'ar-bridge')} </span>
              <Prose text={finding.message} />
              {!finding.ok && finding.action && (
                <p className="arb-reason__action">
                  <Prose text={finding.action} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
