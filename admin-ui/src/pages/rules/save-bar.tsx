import { Button, Notice } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import type { Rule, RuleSetView } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count, instant } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { isSame } from '../../hooks/draft.ts';

interface SaveBarProps {
  saved: RuleSetView;
  /** The version that the edits started from. */
  base: number;
  rules: Rule[];
  drop: () => void;
}

/** How much is not saved, and the way out: save, discard, or settle with what someone else saved meanwhile. */
export function SaveBar({ saved, base, rules, drop }: SaveBarProps) {
  const act = useAct();
  const { saveRules, refresh } = useDispatch(store);
  const overtaken = saved.version !== base;
  const changes = countChanges(saved.rules, rules);
  const save = async () => {
    const outcome = await act.run('save', () => saveRules(saved.version, rules), __('Rules saved.', 'ar-bridge'));
    if (outcome.ok) drop();
    else await refresh(sources.rules()); // it may have failed because another version was saved
  };
  return (
    <section className="arb-savebar" aria-label={__('Edits not saved', 'ar-bridge')}>
      {overtaken ? (
        <Notice status="warning" isDismissible={false} className="arb-notice">
          <strong>
            {sprintf(
              /* translators: 1: login name, 2: number of a version, 3: time, 4: number of a version */
              __('%1$s saved version %2$s on %3$s; your edits started from version %4$s.', 'ar-bridge'),
              saved.author,
              count(saved.version),
              instant(saved.savedAt),
              count(base),
            )}
          </strong>
          <p>{__('Take theirs and edit again, or put yours in its place.', 'ar-bridge')}</p>
        </Notice>
      ) : (
        <ActFailure act={act} />
      )}
      <div className="arb-savebar__line">
        <p role="status">
          {/* translators: %s: number of changed rules */}
          {sprintf(_n('%s change is not saved.', '%s changes are not saved.', changes, 'ar-bridge'), count(changes))}{' '}
          {/* translators: %s: number of a version */}
          {sprintf(__('Orders still follow version %s.', 'ar-bridge'), count(saved.version))}
        </p>
        <div className="arb-actions">
          <Button variant="tertiary" size="compact" onClick={drop}>
            {overtaken ? __('Take theirs', 'ar-bridge') : __('Discard', 'ar-bridge')}
          </Button>
          <ActButton act={act} name="save" variant="primary" onClick={() => void save()}>
            {overtaken ? __('Put mine in its place', 'ar-bridge') : __('Save rules', 'ar-bridge')}
          </ActButton>
        </div>
      </div>
    </section>
  );
}

/** Rules added, removed or changed. */
export function countChanges(before: readonly Rule[], after: readonly Rule[]): number {
  const old = new Map(before.map((rule) => [rule.id, rule]));
  const changed = after.filter((rule) => !isSame(old.get(rule.id), rule)).length;
  const kept = new Set(after.map(({ id }) => id));
  return changed + before.filter(({ id }) => !kept.has(id)).length;
}
