import { Button, Notice } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import type { FormEvent } from 'react';
import { ActFailure } from '../../components/act-failure.tsx';
import { Badge } from '../../components/badge.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Fact } from '../../components/fact.tsx';
import { TextField } from '../../components/fields.tsx';
import { Section } from '../../components/section.tsx';
import type { Pairing } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count, instant } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';

/** Makes plugin and sidecar know each other: one shared secret, bound to this site's address. */
export function PairingSection({ pairing }: { pairing: Pairing }) {
  return pairing.paired ? <Paired pairing={pairing} /> : <PairingForm pairing={pairing} />;
}

function Paired({ pairing }: { pairing: Pairing }) {
  const act = useAct();
  const [asking, setAsking] = useState(false);
  const { unpair } = useDispatch(store);
  const confirm = async () => {
    const outcome = await act.run('unpair', unpair, __('The pairing is ended.', 'ar-bridge'));
    if (outcome.ok) setAsking(false);
  };
  return (
    <Section
      title={__('Pairing', 'ar-bridge')}
      actions={
        <>
          <Badge tone="good">{__('Paired', 'ar-bridge')}</Badge>
          <Button variant="secondary" size="compact" isDestructive onClick={() => setAsking(true)}>
            {__('End the pairing', 'ar-bridge')}
          </Button>
        </>
      }
    >
      <PermalinkWarning pairing={pairing} />
      <dl className="arb-heading__facts">
        <Fact name={__('Sidecar', 'ar-bridge')}>{pairing.sidecarUrl || __('unknown', 'ar-bridge')}</Fact>
        <Fact name={__('This site', 'ar-bridge')}>{pairing.siteUrl || __('unknown', 'ar-bridge')}</Fact>
        {pairing.pairedAt && <Fact name={__('Paired', 'ar-bridge')}>{instant(pairing.pairedAt)}</Fact>}
        {pairing.delivery && <Delivery delivery={pairing.delivery} />}
      </dl>
      {asking && (
        <Confirm
          title={__('End the pairing?', 'ar-bridge')}
          confirm={__('End the pairing', 'ar-bridge')}
          destructive
          act={act}
          onConfirm={() => void confirm()}
          onClose={() => setAsking(false)}
        >
          <p>
            {__(
              'Changes of orders are kept here until a sidecar is paired again. Nothing in Oracle changes, and the sidecar keeps its record.',
              'ar-bridge',
            )}
          </p>
        </Confirm>
      )}
    </Section>
  );
}

/** Changes wait here while the sidecar is down; they are sent, or fetched by it, once it is back. */
function Delivery({ delivery }: { delivery: NonNullable<Pairing['delivery']> }) {
  return (
    <>
      <Fact name={__('Changes not sent yet', 'ar-bridge')}>
        <span className="arb-amount">{count(delivery.waiting)}</span>
        {/* translators: %s: a time */}
        {delivery.waitingSince && ` ${sprintf(__('since %s', 'ar-bridge'), instant(delivery.waitingSince))}`}
      </Fact>
      {delivery.succeededAt && <Fact name={__('Last sent', 'ar-bridge')}>{instant(delivery.succeededAt)}</Fact>}
      {delivery.lastError !== '' && <Fact name={__('Last failure', 'ar-bridge')}>{delivery.lastError}</Fact>}
    </>
  );
}

function PermalinkWarning({ pairing }: { pairing: Pairing }) {
  if (pairing.prettyPermalinks !== false) return null;
  return (
    <Notice status="warning" isDismissible={false} className="arb-notice">
      <strong>{__('This site uses plain permalinks: WooCommerce takes no REST keys then.', 'ar-bridge')}</strong>
      <p>{__('Choose another structure under Settings, Permalinks.', 'ar-bridge')}</p>
    </Notice>
  );
}

function PairingForm({ pairing }: { pairing: Pairing }) {
  const act = useAct();
  const [sidecarUrl, setSidecarUrl] = useState(pairing.sidecarUrl ?? '');
  const [code, setCode] = useState('');
  const { pair, refresh } = useDispatch(store);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const outcome = await act.run(
      'pair',
      () => pair(sidecarUrl.trim(), code.trim()),
      __('Store and sidecar are paired.', 'ar-bridge'),
    );
    if (outcome.ok) await refresh(sources.connections());
  };
  const errors = act.failure?.fields ?? {};
  return (
    <Section
      title={__('Pair this store with its sidecar', 'ar-bridge')}
      about={__('Done once. Both sides then sign every message with a secret that only they know.', 'ar-bridge')}
    >
      {pairing.problem && pairing.problem.code !== 'pairing.unpaired' && (
        <Notice status="error" isDismissible={false} className="arb-notice">
          {pairing.problem.message}
        </Notice>
      )}
      <PermalinkWarning pairing={pairing} />
      <ol className="arb-steps">
        <li>
          {__('Start the sidecar:', 'ar-bridge')} <code>npm run sidecar</code>
        </li>
        <li>
          {__('It prints its address and a pairing code as its first lines; as a service, they are in its log.', 'ar-bridge')}
        </li>
        <li>{__('Enter both here. The code holds for one pairing; a restart of the sidecar prints a new one.', 'ar-bridge')}</li>
      </ol>
      <ActFailure act={act} />
      <form className="arb-form" onSubmit={(event) => void submit(event)}>
        <TextField
          type="url"
          label={__('Address of the sidecar', 'ar-bridge')}
          help={__('As this web server reaches it. Elsewhere than on this machine it must be https.', 'ar-bridge')}
          error={errors.sidecarUrl}
          value={sidecarUrl}
          onChange={setSidecarUrl}
          input={{ required: true, placeholder: 'https://', spellCheck: false }}
        />
        <TextField
          label={__('Pairing code', 'ar-bridge')}
          error={errors.code}
          value={code}
          onChange={setCode}
          input={{ required: true, autoComplete: 'one-time-code', spellCheck: false }}
        />
        <div className="arb-actions">
          <Button
            variant="primary"
            __next40pxDefaultSize
            type="submit"
            isBusy={act.busy !== null}
            disabled={act.busy !== null || sidecarUrl.trim() === '' || code.trim() === ''}
            accessibleWhenDisabled
          >
            {__('Pair', 'ar-bridge')}
          </Button>
        </div>
      </form>
    </Section>
  );
}
