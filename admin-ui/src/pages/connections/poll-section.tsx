import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { TextField } from '../../components/fields.tsx';
import { Section } from '../../components/section.tsx';
import { type Connections, SavePollSchema } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { useAct } from '../../hooks/act.ts';
import { heldByEnvironment } from './secret.tsx';

/** How often the store is looked through for changes that no event told about. */
export function PollSection({ connections }: { connections: Connections }) {
  const act = useAct();
  const { savePoll } = useDispatch(store);
  const saved = String(connections.poll.everyMinutes);
  const [minutes, setMinutes] = useState(saved);
  const held = connections.fromEnvironment.includes('poll.everyMinutes');
  const read = SavePollSchema.safeParse({ everyMinutes: Number(minutes) });
  const save = () => act.run('poll', () => savePoll(Number(minutes)), __('Saved.', 'ar-bridge'));
  return (
    <Section
      title={__('Poll', 'ar-bridge')}
      about={__('Events are the fast way; the poll proves that none was lost.', 'ar-bridge')}
    >
      <ActFailure act={act} />
      <div className="arb-try">
        <TextField
          type="number"
          label={__('Minutes between two polls (5 to 15)', 'ar-bridge')}
          help={held ? heldByEnvironment() : ''}
          error={read.success ? undefined : __('A whole number from 5 to 15.', 'ar-bridge')}
          value={minutes}
          onChange={setMinutes}
          disabled={held}
          input={{ min: 5, max: 15 }}
        />
        <ActButton act={act} name="poll" disabled={held || !read.success || minutes === saved} onClick={() => void save()}>
          {__('Save', 'ar-bridge')}
        </ActButton>
      </div>
    </Section>
  );
}
