import { useEffect, useRef, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { ORDER_STATES, OrderPageSchema } from '../data/contract.ts';
import { request } from '../data/request.ts';
import { sources } from '../data/sources.ts';
import { count } from '../format.ts';
import { urlOf } from '../hooks/route.ts';
import { stateLabel } from '../labels.ts';

/** As many as one answer holds, and as many as plugin/src/Admin/StateFilter.php takes. */
const MOST = 100;

interface StateFilterProps {
  /** What the list is narrowed to now. */
  state: string;
  ids: string;
}

/**
 * A choice above WooCommerce's order list. When the list's form is sent, the orders of the chosen state are asked for first, and their
 * ids go along: the page that comes then needs no answer of the sidecar.
 */
export function StateFilter({ state, ids }: StateFilterProps) {
  const [chosen, setChosen] = useState(state);
  const [said, setSaid] = useState('');
  const select = useRef<HTMLSelectElement>(null);
  const hidden = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const form = select.current?.form;
    if (!form) return;
    let ready = false;
    const send = async (event: SubmitEvent) => {
      const field = hidden.current;
      const isBulkAction = event.submitter?.id.startsWith('doaction') ?? false;
      if (!field || ready || isBulkAction) return;
      if (chosen === '') {
        field.value = '';
        return;
      }
      event.preventDefault();
      setSaid(__('Asking…', 'ar-bridge'));
      const found = await request({ ...sources.orders({ state: chosen, perPage: MOST }), answer: OrderPageSchema });
      if (!found.ok) {
        setSaid(found.failure.message);
        return;
      }
      field.value = found.value.orders.map(({ orderId }) => orderId).join(',');
      ready = true;
      form.requestSubmit(event.submitter);
    };
    const listener = (event: SubmitEvent) => void send(event);
    form.addEventListener('submit', listener);
    return () => form.removeEventListener('submit', listener);
  }, [chosen]);
  const full = ids.split(',').length >= MOST;
  return (
    <>
      <label className="screen-reader-text" htmlFor="ar-bridge-state">
        {__('State in Oracle', 'ar-bridge')}
      </label>
      <select
        id="ar-bridge-state"
        name="ar_bridge_state"
        ref={select}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
      >
        <option value="">{__('Any state in Oracle', 'ar-bridge')}</option>
        {ORDER_STATES.map((each) => (
          <option key={each} value={each}>
            {/* translators: %s: a state, such as Posted */}
            {sprintf(__('Oracle: %s', 'ar-bridge'), stateLabel(each))}
          </option>
        ))}
      </select>
      <input type="hidden" name="ar_bridge_ids" ref={hidden} defaultValue={ids} />
      <span role="status" className="arb-filter-said">
        {said}
        {said === '' && state !== '' && full && (
          <>
            {/* translators: %s: a number */}
            {sprintf(__('The %s that changed last.', 'ar-bridge'), count(MOST))}{' '}
            <a href={urlOf('orders', { state })}>{__('All of them', 'ar-bridge')}</a>
          </>
        )}
      </span>
    </>
  );
}
