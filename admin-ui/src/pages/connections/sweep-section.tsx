import { useDispatch } from '@wordpress/data';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { Section } from '../../components/section.tsx';
import type { Sweep } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { count } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';

const sweeps = (): { id: Sweep; name: string; about: string }[] => [
  { id: 'modified', name: __('Changed orders', 'ar-bridge'), about: __('The poll, now.', 'ar-bridge') },
  { id: 'trash', name: __('Trashed orders', 'ar-bridge'), about: __('Orders that were moved to the trash.', 'ar-bridge') },
  { id: 'refunds', name: __('Refunds', 'ar-bridge'), about: __('New refunds, whatever their order says.', 'ar-bridge') },
  {
    id: 'daily-count',
    name: __('Count per day', 'ar-bridge'),
    about: __('Every order of each day is known, and none too many.', 'ar-bridge'),
  },
  { id: 'customers', name: __('Customers', 'ar-bridge'), about: __('Names and addresses that changed.', 'ar-bridge') },
];

/** Looks through the store on demand; the same sweeps run by themselves. */
export function SweepSection() {
  const act = useAct();
  const { sweep } = useDispatch(store);
  const found = ({ accepted }: { accepted: number }) =>
    /* translators: %s: number of orders or customers */
    sprintf(_n('%s change found.', '%s changes found.', accepted, 'ar-bridge'), count(accepted));
  return (
    <Section title={__('Sweeps', 'ar-bridge')} about={__('They run by themselves; here they run now.', 'ar-bridge')}>
      <ActFailure act={act} />
      <ul className="arb-rows">
        {sweeps().map(({ id, name, about }) => (
          <li key={id}>
            <div>
              <span className="arb-strong">{name}</span>
              <span className="arb-sub">{about}</span>
            </div>
            <ActButton
              act={act}
              name={id}
              /* translators: %s: name of a sweep */
              label={sprintf(__('Run now: %s', 'ar-bridge'), name)}
              onClick={() => void act.run(id, () => sweep(id), found)}
            >
              {__('Run now', 'ar-bridge')}
            </ActButton>
          </li>
        ))}
      </ul>
    </Section>
  );
}
