import { useDispatch } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { store } from '../data/store.ts';
import { useAct } from '../hooks/act.ts';
import { ActButton } from './act-button.tsx';
import { ActFailure } from './act-failure.tsx';
import { Empty } from './views.tsx';

/** The code with which the sidecar says that it never heard of an order. */
export const UNKNOWN_ORDER = 'order.unknown';

/** An order older than the bridge, or one whose event is still on its way: it can be read from the store at once. */
export function UnknownOrder({ orderId }: { orderId: number }) {
  const act = useAct();
  const { replay } = useDispatch(store);
  return (
    <Empty title={__('AR Bridge has not seen this order yet.', 'ar-bridge')}>
      <p>{__('It is read at its next change, by the next poll, or now.', 'ar-bridge')}</p>
      <ActFailure act={act} />
      <ActButton act={act} name="replay" onClick={() => void act.run('replay', () => replay(orderId))}>
        {__('Read it from the store', 'ar-bridge')}
      </ActButton>
    </Empty>
  );
}
