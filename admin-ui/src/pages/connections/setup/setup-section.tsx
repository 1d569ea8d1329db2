import { useDispatch } from '@wordpress/data';
import { Fragment, useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { SaveBar } from '../../../components/save-bar.tsx';
import { type Connections, type Setup, SetupSchema } from '../../../data/contract.ts';
import { fieldErrors } from '../../../data/field-errors.ts';
import { sources } from '../../../data/sources.ts';
import { store } from '../../../data/store.ts';
import { count } from '../../../format.ts';
import { type Act, useAct } from '../../../hooks/act.ts';
import { useDraft } from '../../../hooks/draft.ts';
import { AccountParts } from './account-parts.tsx';
import { CustomerParts } from './customer-parts.tsx';
import { DocumentParts } from './document-parts.tsx';
import { emptySetup } from './empty-setup.ts';
import { PolicyParts } from './policy-parts.tsx';
import { SettlementParts } from './settlement-parts.tsx';

/** What each group of fields is given: the set-up as edited so far, and what is wrong with it. */
export interface PartProps {
  setup: Setup;
  errors: Record<string, string>;
  change: (part: Partial<Setup>) => void;
}

/** What finance decides once: names in Oracle, the chart of accounts, policies, settlement per gateway. */
export function SetupSection({ connections }: { connections: Connections }) {
  const act = useAct();
  const { saveSetup, refresh } = useDispatch(store);
  const saved = { version: connections.setupVersion, setup: connections.setup ?? emptySetup() };
  const draft = useDraft('connections.setup', saved);
  const [checked, setChecked] = useState(false);
  // Lists keep what was typed: when the edits are dropped, the fields start anew.
  const [round, setRound] = useState(0);
  const { setup, version } = draft.value;
  const read = SetupSchema.safeParse(setup);
  const errors = checked ? { ...refusedFields(act.failure), ...fieldErrors(SetupSchema, setup) } : {};
  const faulty = Object.keys(errors).length;
  const overtaken = draft.changed && version !== connections.setupVersion;

  const save = async () => {
    setChecked(true);
    if (!read.success) return;
    const outcome = await act.run(
      'save',
      () => saveSetup(connections.setupVersion, read.data),
      ({ released }) => savedWords(released),
    );
    if (outcome.ok) {
      draft.drop();
      setChecked(false);
    } else await refresh(sources.connections()); // it may have failed because another version was saved
  };
  const drop = () => {
    draft.drop();
    setRound(round + 1);
  };
  const part: PartProps = { setup, errors, change: (change) => draft.change({ version, setup: { ...setup, ...change } }) };

  return (
    <>
      <Fragment key={round}>
        <DocumentParts {...part} />
        <AccountParts {...part} />
        <PolicyParts {...part} />
        <CustomerParts {...part} />
        <SettlementParts {...part} />
      </Fragment>
      {(draft.changed || connections.setup === null) && (
        <SaveBar
          act={act}
          summary={__(
            'Not saved yet. It holds for what is not posted; posted documents keep the set-up they were made with.',
            'ar-bridge',
          )}
          overtaken={overtaken ? overtakenBy(connections.setupVersion, version) : undefined}
          saveLabel={__('Save the business set-up', 'ar-bridge')}
          onSave={() => void save()}
          onDrop={draft.changed ? drop : undefined}
        >
          {faulty > 0 && (
            <p className="arb-error" role="alert">
              {/* translators: %s: number of form fields */}
              {sprintf(_n('%s field needs a look.', '%s fields need a look.', faulty, 'ar-bridge'), count(faulty))}
            </p>
          )}
        </SaveBar>
      )}
    </>
  );
}

function savedWords(released: number): string {
  if (released === 0) return __('Business set-up saved.', 'ar-bridge');
  return sprintf(
    /* translators: %s: number of orders */
    _n(
      'Business set-up saved. %s waiting order is looked at again.',
      'Business set-up saved. %s waiting orders are looked at again.',
      released,
      'ar-bridge',
    ),
    count(released),
  );
}

/** The sidecar names fields from the request's root: `setup.settlements`. */
const refusedFields = (failure: Act['failure']): Record<string, string> =>
  Object.fromEntries(Object.entries(failure?.fields ?? {}).map(([field, message]) => [field.replace(/^setup\./, ''), message]));

const overtakenBy = (now: number, base: number): string =>
  sprintf(
    /* translators: 1: number of a version, 2: number of a version */
    __('Version %1$s was saved while you edited version %2$s.', 'ar-bridge'),
    count(now),
    count(base),
  );
