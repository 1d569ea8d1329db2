import { Button } from '@wordpress/components';
import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import type { FormEvent } from 'react';
import { ActFailure } from '../../components/act-failure.tsx';
import { Badge } from '../../components/badge.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { TextField } from '../../components/fields.tsx';
import { Section } from '../../components/section.tsx';
import { Empty } from '../../components/views.tsx';
import type { Rule, RuleTraceView, TryRulesResult } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { useAct } from '../../hooks/act.ts';
import { ruleKindLabel, settingName } from '../../labels.ts';

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
      <ol className="arb-traces">
        {byLine(result.traces).map(({ line, traces, key }) => (
          <li key={key} className="arb-trace">
            <p className="arb-strong">{line}</p>
            {traces.map((trace) => (
              <Trace key={`${trace.kind} ${trace.result} ${trace.ruleId}`} trace={trace} />
            ))}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** What was asked about one line stands together: its account, then its taxes. */
function byLine(traces: RuleTraceView[]): { key: number; line: string; traces: RuleTraceView[] }[] {
  const groups: { key: number; line: string; traces: RuleTraceView[] }[] = [];
  for (const trace of traces) {
    const last = groups.at(-1);
    if (last?.line === trace.line) last.traces.push(trace);
    else groups.push({ key: groups.length, line: trace.line, traces: [trace] });
  }
  return groups;
}

function Trace({ trace }: { trace: RuleTraceView }) {
  const facts = Object.entries(trace.matched);
  return (
    <div className="arb-trace__asked">
      <p className="arb-trace__result">
        <Badge tone="neutral">{ruleKindLabel(trace.kind)}</Badge>
        <code className="arb-account">{trace.result}</code>
        <span>
          {trace.ruleId === null
            ? trace.ruleName || __('No rule matched.', 'ar-bridge')
            : /* translators: %s: name of a rule */
              sprintf(__('by “%s”', 'ar-bridge'), trace.ruleName)}
        </span>
      </p>
      {facts.length > 0 && (
        <p className="arb-sub">
          {__('because', 'ar-bridge')} {facts.map(([name, value]) => `${settingName(name)} = ${value}`).join(', ')}
        </p>
      )}
      {trace.nearly.length > 0 && (
        <Disclosure summary={__('Rules that nearly won', 'ar-bridge')}>
          <ul>
            {trace.nearly.map(({ ruleId, ruleName, why }) => (
              <li key={ruleId}>
                <strong>{ruleName}</strong>: {why}
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </div>
  );
}
