import { useDispatch } from '@wordpress/data';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { Link } from '../../components/link.tsx';
import { Section } from '../../components/section.tsx';
import type { Overview } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { amount, count } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { ordersOnTheirWay } from '../../labels.ts';

type Lane = Overview['heldBack']['lanes'][number];

/** Causes that this card tells about: they are not listed a second time. */
export const HELD_BACK_CODES = new Set(['lane.closed', 'document.amount_differs']);

/**
 * Kinds of documents of which the first came back from Oracle over another amount. It was taken back, and no other one is sent until
 * a person says that the cause is mended.
 */
export function HeldBack({ heldBack }: { heldBack: Overview['heldBack'] }) {
  const act = useAct();
  const { replayCause } = useDispatch(store);
  if (heldBack.lanes.length === 0) return null;
  return (
    <Section
      title={__('Held back: the first document came back over another amount', 'ar-bridge')}
      about={__(
        'Mostly Oracle added tax of its own, or left tax out. So that this happens once and not a thousand times, the others wait.',
        'ar-bridge',
      )}
    >
      <ActFailure act={act} />
      <ul className="arb-causes">
        {heldBack.lanes.map((lane) => (
          <li key={`${lane.kind} ${lane.where} ${lane.currency} ${lane.taxMode} ${lane.taxed}`} className="arb-cause">
            <LaneItem lane={lane} />
          </li>
        ))}
      </ul>
      <div className="arb-reason is-warning">
        <p className="arb-reason__action">
          {__(
            'Mend the tax set-up of this transaction type in Oracle, or choose another way of tax in the business set-up. Then replay: one document is tried, and the others follow when it comes back as it was sent.',
            'ar-bridge',
          )}
        </p>
        <div className="arb-actions">
          <ActButton
            act={act}
            name="held-back"
            variant="primary"
            onClick={() => void act.run('held-back', () => replayCause('lane.closed'), ordersOnTheirWay)}
          >
            {__('Replay', 'ar-bridge')}
          </ActButton>
          <Link tab="orders" params={{ code: 'lane.closed' }} className="components-button is-tertiary is-compact">
            {sprintf(
              /* translators: %s: number of orders */
              _n('%s order waits for it', '%s orders wait for it', heldBack.orders, 'ar-bridge'),
              count(heldBack.orders),
            )}
          </Link>
          <Link tab="connections" params={{ at: 'setup' }} className="components-button is-tertiary is-compact">
            {__('Business set-up', 'ar-bridge')}
          </Link>
        </div>
      </div>
    </Section>
  );
}

function LaneItem({ lane }: { lane: Lane }) {
  const { currency, where, documents } = lane;
  return (
    <>
      <p className="arb-reason__message">{headingOf(lane)}</p>
      <span className="arb-sub">{where}</span>
      <ul className="arb-steps">
        {documents.map((document) => (
          <li key={document.number}>
            <Link tab="orders" params={{ order: document.orderId }}>
              {document.number}
            </Link>{' '}
            {sprintf(
              /* translators: 1: an amount with its currency, 2: another one */
              __('was sent over %1$s, Oracle holds %2$s.', 'ar-bridge'),
              amount(document.sent, currency),
              amount(document.held, currency),
            )}{' '}
            {document.mirror === null
              ? __('It was not taken back: look at it in Oracle.', 'ar-bridge')
              : /* translators: %s: number of a document */
                sprintf(__('%s took it back.', 'ar-bridge'), document.mirror)}
          </li>
        ))}
      </ul>
      {documents.length === 0 && <p>{lane.reason}</p>}
    </>
  );
}

function headingOf({ kind, taxed, currency }: Lane): string {
  if (kind === 'invoice') {
    if (taxed === null) {
      /* translators: %s: code of a currency */
      return sprintf(__('Invoices in %s', 'ar-bridge'), currency);
    }
    return taxed
      ? /* translators: %s: code of a currency */
        sprintf(__('Invoices with tax in %s', 'ar-bridge'), currency)
      : /* translators: %s: code of a currency */
        sprintf(__('Invoices without tax in %s', 'ar-bridge'), currency);
  }
  if (taxed === null) {
    /* translators: %s: code of a currency */
    return sprintf(__('Credit memos in %s', 'ar-bridge'), currency);
  }
  return taxed
    ? /* translators: %s: code of a currency */
      sprintf(__('Credit memos with tax in %s', 'ar-bridge'), currency)
    : /* translators: %s: code of a currency */
      sprintf(__('Credit memos without tax in %s', 'ar-bridge'), currency);
}
