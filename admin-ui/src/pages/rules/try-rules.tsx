import { Button } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { FormEvent } from 'react';
import { ActFailure } from '../../components/act-failure.tsx';
import { TextField } from '../../components/fields.tsx';
import { RuleTraces } from '../../components/rule-traces.tsx';
import { Section } from '../../components/section.tsx';
import { Empty } from '../../components/views.tsx';
import type { Rule, TryRulesResult } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { useAct } from '../../hooks/act.ts';

interface TryRulesProps {
  /** Edited rules; absent when what is saved is what is shown. */
  unsaved?: Rule[] | undefined;
  /** Order id from the address. */
  order?: string | undefined;
}

/** Asks the rules about one real order and shows, line by line, which rule won and which nearly did. Nothing is posted. */
export function TryRules({ unsaved, order = '' }: TryRulesProps) {
  const act = useAct();
  const [orderId, setOrderId] = useState(order);
  const [result, setResult] = useState<TryRulesResult | null>(null);
  const { tryRules } = useDispatch(store);
  const id = Number(orderId);
  const valid = Number.isInteger(id) && id > 0;
  const attempt = async (event: FormEvent) => {
    event.preventDefault();
    if (!valid) return;
    const outcome = await act.run('try', () => tryRules(id, unsaved));
    setResult(outcome.ok ? outcome.value : null);
  };
  return (
    <Section
      title={__('Try the rules on an order', 'ar-bridge')}
      about={
        unsaved
          ? __('With your edits, before they are saved. Nothing is posted.', 'ar-bridge')
          : __('With the saved rules. Nothing is posted.', 'ar-bridge')
      }
    >
      <form className="arb-try" onSubmit={(event) => void attempt(event)}>
        <TextField
          label={__('Order id', 'ar-bridge')}
          value={orderId}
          onChange={setOrderId}
          input={{ inputMode: 'numeric', pattern: '[0-9]*' }}
        />
        <Button
          variant="secondary"
          __next40pxDefaultSize
          type="submit"
          isBusy={act.busy !== null}
          disabled={!valid || act.busy !== null}
          accessibleWhenDisabled
        >
          {__('Try', 'ar-bridge')}
        </Button>
      </form>
      <ActFailure act={act} />
      <div role="status">{result && <Traces result={result} />}</div>
    </Section>
  );
}

function Traces({ result }: { result: TryRulesResult }) {
  return (
    <div className="arb-stack is-tight">
      {result.blocked && (
        <div className="arb-reason is-warning">
          <p className="arb-reason__message">{result.blocked.message}</p>
          <p className="arb-reason__action">{result.blocked.action}</p>
        </div>
      )}
      {result.traces.length === 0 && !result.blocked && <Empty title={__('This order has no line to ask about.', 'ar-bridge')} />}
      <RuleTraces traces={result.traces} />
    </div>
  );
}
