import { useDispatch, useSelect } from '@wordpress/data';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { Section } from '../../components/section.tsx';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count, instant } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';

/** Oracle's lists of values, which the pickers offer and rules are checked against. */
export function ReferenceSection() {
  const act = useAct();
  const { pullReference, refresh } = useDispatch(store);
  const units = useSelect((select) => select(store).getReference('businessUnits'), []);
  const pull = async () => {
    const outcome = await act.run('pull', pullReference, ({ accepted }) =>
      /* translators: %s: number of lists */
      sprintf(_n('%s list is being pulled.', '%s lists are being pulled.', accepted, 'ar-bridge'), count(accepted)),
    );
    if (outcome.ok) await refresh(sources.reference('businessUnits'));
  };
  return (
    <Section
      title={__('Reference data', 'ar-bridge')}
      about={__(
        'Business units, transaction types, receipt methods, accounts, tax codes: what the forms offer to choose from.',
        'ar-bridge',
      )}
      actions={
        <ActButton act={act} name="pull" onClick={() => void pull()}>
          {__('Pull from Oracle now', 'ar-bridge')}
        </ActButton>
      }
    >
      <ActFailure act={act} />
      <p className="arb-quiet">
        {units.data?.pulledAt
          ? /* translators: %s: a time */
            sprintf(__('Last pulled %s.', 'ar-bridge'), instant(units.data.pulledAt))
          : __('Not pulled yet.', 'ar-bridge')}
      </p>
    </Section>
  );
}
