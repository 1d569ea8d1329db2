import { Notice } from '@wordpress/components';
import { useSelect } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import type { ReactNode } from 'react';
import { SelectField, TextField, ToggleField } from '../../../components/fields.tsx';
import { Section } from '../../../components/section.tsx';
import { SETTLEMENTS, type Settlement, type Setup, settlementFor } from '../../../data/contract.ts';
import { isSame } from '../../../data/is-same.ts';
import { store } from '../../../data/store.ts';

import { settlementLabel } from '../../../labels.ts';
import { optional } from './empty-setup.ts';
import { SettleWaiting } from './settle-waiting.tsx';
import type { PartProps } from './setup-section.tsx';

type Row = Setup['settlements'][number];

/** What happens in Oracle to the money of a refund, gateway by gateway. */
export function SettlementParts({ setup, errors, change }: PartProps) {
  const known = useSelect((select) => select(store).getCatalogue(), []).data?.gateways ?? [];
  const saved = useSelect((select) => select(store).getConnections(), []).data?.setup;
  const waiting = useSelect((select) => select(store).getWaitingSettlements(), []).data?.gateways ?? [];
  const rows = setup.settlements;
  const mentioned = [...known.map(({ id }) => id), ...rows.map(({ gateway }) => gateway), ...waiting.map((each) => each.gateway)];
  const ids = [...new Set([...mentioned, '*'])];
  const set = (gateway: string, row: Row | null) => {
    const others = rows.filter((each) => each.gateway !== gateway);
    change({ settlements: row ? [...others, row] : others });
  };
  return (
    <Section
      title={__('Settlement of refunds, per gateway', 'ar-bridge')}
      about={__(
        'A refund frees money of the receipt. Until you choose, it stays unapplied and visible; a later choice holds for later refunds.',
        'ar-bridge',
      )}
    >
      {errors.settlements && <p className="arb-error">{errors.settlements}</p>}
      <ul className="arb-rows is-top">
        {ids.map((id) => {
          const index = rows.findIndex(({ gateway }) => gateway === id);
          const title = id === '*' ? __('All other gateways', 'ar-bridge') : (known.find((each) => each.id === id)?.title ?? id);
          const unapplied = waiting.find(({ gateway }) => gateway === id);
          return (
            <li key={id}>
              <Gateway
                id={id}
                title={title}
                row={rows[index]}
                errorAt={(name) => errors[`settlements.${index}.${name}`]}
                onChange={(row) => set(id, row)}
              >
                {unapplied && saved && (
                  <SettleWaiting
                    waiting={unapplied}
                    title={title}
                    saved={settlementFor(saved, id)}
                    edited={!isSame(settlementFor(saved, id), settlementFor(setup, id))}
                  />
                )}
              </Gateway>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

interface GatewayProps {
  id: string;
  title: string;
  row: Row | undefined;
  errorAt: (name: keyof Row) => string | undefined;
  onChange: (row: Row | null) => void;
  children: ReactNode;
}

function Gateway({ id, title, row, errorAt, onChange, children }: GatewayProps) {
  const choose = (chosen: Settlement | '') =>
    onChange(chosen === '' ? null : { refundsItself: true, ...row, gateway: id, settlement: chosen });
  return (
    <fieldset className="arb-fieldset arb-gateway">
      <legend>
        {title} {id !== '*' && title !== id && <code>{id}</code>}
      </legend>
      <div className="arb-form">
        <SelectField
          label={__('Money of a refund', 'ar-bridge')}
          error={errorAt('settlement')}
          value={row?.settlement ?? ''}
          options={[
            { value: '', label: __('Not chosen: it stays unapplied', 'ar-bridge') },
            ...SETTLEMENTS.map((each) => ({ value: each, label: settlementLabel(each) })),
          ]}
          onChange={choose}
        />
        {row?.settlement === 'clearing' && (
          <TextField
            label={__('Receivables activity', 'ar-bridge')}
            help={__('On the clearing account of this gateway.', 'ar-bridge')}
            error={errorAt('activity')}
            value={row.activity ?? ''}
            onChange={(activity) => onChange(optional(row, 'activity', activity))}
            input={{ maxLength: 50 }}
          />
        )}
        {row?.settlement === 'payables' && (
          <TextField
            label={__('Payment method in Payables (optional)', 'ar-bridge')}
            help={__('Its code in Oracle, such as CHECK or EFT; CHECK where it is empty.', 'ar-bridge')}
            error={errorAt('paymentMethod')}
            value={row.paymentMethod ?? ''}
            onChange={(paymentMethod) => onChange(optional(row, 'paymentMethod', paymentMethod.trim()))}
            input={{ maxLength: 30, placeholder: 'CHECK' }}
          />
        )}
        {row && (
          <ToggleField
            label={__('The gateway returns the money itself', 'ar-bridge')}
            checked={row.refundsItself}
            onChange={(refundsItself) => onChange({ ...row, refundsItself })}
          />
        )}
      </div>
      {row?.settlement === 'payables' && <PayablesWarning refundsItself={row.refundsItself} />}
      {children}
    </fieldset>
  );
}

function PayablesWarning({ refundsItself }: { refundsItself: boolean }) {
  return (
    <Notice status={refundsItself ? 'error' : 'warning'} isDismissible={false} className="arb-notice">
      <strong>
        {refundsItself
          ? __('The customer would be paid twice: by the gateway and by Oracle Payables.', 'ar-bridge')
          : __('Oracle Payables will pay the customer for every refund of this gateway.', 'ar-bridge')}
      </strong>
      <p>
        {refundsItself
          ? __('Choose another settlement, or switch “returns the money itself” off if the gateway cannot refund.', 'ar-bridge')
          : __('Choose this only for a gateway that cannot refund, such as a bank transfer.', 'ar-bridge')}
      </p>
    </Notice>
  );
}
