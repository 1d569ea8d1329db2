import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { Confirm } from '../../components/confirm.tsx';
import { AreaField, TextField } from '../../components/fields.tsx';
import { SaveBar } from '../../components/save-bar.tsx';
import type { CheckedRules, RuleSetView } from '../../data/contract.ts';
import { isSame } from '../../data/is-same.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count, instant } from '../../format.ts';
import { type Act, useAct } from '../../hooks/act.ts';
import { countChanges } from './count-changes.ts';
import type { RulesDraft } from './part.ts';

interface RulesSaveBarProps {
  saved: RuleSetView;
  draft: RulesDraft;
  checked: CheckedRules;
  drop: () => void;
}

const TESTS_FAIL = 'rules.tests_failed';

/** How much is edited, what speaks against it, and the way out. */
export function RulesSaveBar({ saved, draft, checked, drop }: RulesSaveBarProps) {
  const act = useAct();
  const [note, setNote] = useState('');
  const [forcing, setForcing] = useState(false);
  const { saveRules, refresh } = useDispatch(store);
  const overtaken = sprintf(
    /* translators: 1: login name, 2: number of a version, 3: time, 4: number of a version */
    __('%1$s saved version %2$s on %3$s; your edits started from version %4$s.', 'ar-bridge'),
    saved.author,
    count(saved.version),
    instant(saved.savedAt),
    count(draft.version),
  );
  const save = async (reason?: string) => {
    const { rules, tests } = draft;
    // With a version in between, the person has seen it and chosen to replace it.
    const body = { baseVersion: saved.version, rules, tests, note: note.trim(), ...(reason && { force: { reason } }) };
    const outcome = await act.run(
      'save',
      () => saveRules(body),
      ({ released }) => savedWords(released),
    );
    if (outcome.ok) drop();
    else if (outcome.failure.code === TESTS_FAIL) setForcing(true);
    else await refresh(sources.rules()); // it may have failed because another version was saved
  };
  return (
    <SaveBar
      act={act}
      summary={summaryOf(saved, draft, checked)}
      overtaken={saved.version === draft.version ? undefined : overtaken}
      saveLabel={__('Save rules', 'ar-bridge')}
      onSave={() => void save()}
      onDrop={drop}
    >
      <div className="arb-savebar__note">
        <TextField
          label={__('What was changed, and why (optional)', 'ar-bridge')}
          value={note}
          onChange={setNote}
          input={{ maxLength: 500 }}
        />
      </div>
      {forcing && <SaveAnyway act={act} onSave={(reason) => void save(reason)} onClose={() => setForcing(false)} />}
    </SaveBar>
  );
}

function summaryOf(saved: RuleSetView, { rules, tests }: RulesDraft, { problems, testResults }: CheckedRules): string {
  const changes = countChanges(saved.rules, rules);
  const failing = testResults.filter(({ passed }) => !passed).length;
  const broken = problems.filter(({ severity }) => severity === 'broken').length;
  return [
    changes > 0 &&
      /* translators: %s: number of changed rules */
      sprintf(_n('%s change is not saved.', '%s changes are not saved.', changes, 'ar-bridge'), count(changes)),
    !isSame(saved.tests, tests) && __('The tests were edited.', 'ar-bridge'),
    /* translators: %s: number of a version */
    sprintf(__('Orders still follow version %s.', 'ar-bridge'), count(saved.version)),
    broken > 0 &&
      /* translators: %s: number of problems */
      sprintf(_n('%s problem.', '%s problems.', broken, 'ar-bridge'), count(broken)),
    failing > 0 &&
      /* translators: %s: number of tests */
      sprintf(_n('%s test fails.', '%s tests fail.', failing, 'ar-bridge'), count(failing)),
  ]
    .filter(Boolean)
    .join(' ');
}

function savedWords(released: number | null | undefined): string {
  if (!released) return __('Rules saved.', 'ar-bridge');
  return sprintf(
    /* translators: %s: number of orders */
    _n('Rules saved. %s order that waited goes on.', 'Rules saved. %s orders that waited go on.', released, 'ar-bridge'),
    count(released),
  );
}

interface SaveAnywayProps {
  act: Act;
  onSave: (reason: string) => void;
  onClose: () => void;
}

/** A save against failing tests is a person's decision, kept with the version under their name. */
function SaveAnyway({ act, onSave, onClose }: SaveAnywayProps) {
  const [reason, setReason] = useState('');
  return (
    <Confirm
      title={__('Save although tests fail?', 'ar-bridge')}
      confirm={__('Save anyway', 'ar-bridge')}
      destructive
      disabled={reason.trim().length < 3}
      act={act}
      onConfirm={() => onSave(reason.trim())}
      onClose={onClose}
    >
      <AreaField
        label={__('Why', 'ar-bridge')}
        help={__('Kept with the version, with your name and the tests that fail.', 'ar-bridge')}
        value={reason}
        onChange={setReason}
        maxLength={500}
      />
    </Confirm>
  );
}
