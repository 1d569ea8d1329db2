import { useDispatch } from '@wordpress/data';
import { __, _n, sprintf } from '@wordpress/i18n';
import { SaveBar } from '../../components/save-bar.tsx';
import type { Rule, RuleSetView } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count, instant } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { countChanges } from './count-changes.ts';

interface RulesSaveBarProps {
  saved: RuleSetView;
  /** The version that the edits started from. */
  base: number;
  rules: Rule[];
  drop: () => void;
}

/** How many rules are edited, and the way out. */
export function RulesSaveBar({ saved, base, rules, drop }: RulesSaveBarProps) {
  const act = useAct();
  const { saveRules, refresh } = useDispatch(store);
  const changes = countChanges(saved.rules, rules);
  const overtaken = sprintf(
    /* translators: 1: login name, 2: number of a version, 3: time, 4: number of a version */
    __('%1$s saved version %2$s on %3$s; your edits started from version %4$s.', 'ar-bridge'),
    saved.author,
    count(saved.version),
    instant(saved.savedAt),
    count(base),
  );
  const save = async () => {
    // With a version in between, the person has seen it and chosen to replace it.
    const outcome = await act.run('save', () => saveRules(saved.version, rules), __('Rules saved.', 'ar-bridge'));
    if (outcome.ok) drop();
    else await refresh(sources.rules()); // it may have failed because another version was saved
  };
  return (
    <SaveBar
      act={act}
      summary={`${sprintf(
        /* translators: %s: number of changed rules */
        _n('%s change is not saved.', '%s changes are not saved.', changes, 'ar-bridge'),
        count(changes),
      )} ${
        /* translators: %s: number of a version */
        sprintf(__('Orders still follow version %s.', 'ar-bridge'), count(saved.version))
      }`}
      overtaken={saved.version === base ? undefined : overtaken}
      saveLabel={__('Save rules', 'ar-bridge')}
      onSave={() => void save()}
      onDrop={drop}
    />
  );
}
