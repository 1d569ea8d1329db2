import { __, sprintf } from '@wordpress/i18n';
import type { RuleTraceView } from '../data/contract.ts';
import { ruleKindLabel, settingName } from '../labels.ts';
import { Badge } from './badge.tsx';
import { Disclosure } from './disclosure.tsx';

type Trace = RuleTraceView & { ruleSetVersion?: number };

/** Which rule chose what, line by line, and on which facts. */
export function RuleTraces({ traces }: { traces: readonly Trace[] }) {
  return (
    <ol className="arb-traces">
      {byLine(traces).map(({ line, traces: ofLine, key }) => (
        <li key={key} className="arb-trace">
          <p className="arb-strong">{line}</p>
          {ofLine.map((trace) => (
            <Asked key={`${trace.kind} ${trace.result} ${trace.ruleId}`} trace={trace} />
          ))}
        </li>
      ))}
    </ol>
  );
}

/** What was asked about one line stands together: its account, then its taxes. */
function byLine(traces: readonly Trace[]): { key: number; line: string; traces: Trace[] }[] {
  const groups: { key: number; line: string; traces: Trace[] }[] = [];
  for (const trace of traces) {
    const last = groups.at(-1);
    if (last?.line === trace.line) last.traces.push(trace);
    else groups.push({ key: groups.length, line: trace.line, traces: [trace] });
  }
  return groups;
}

function Asked({ trace }: { trace: Trace }) {
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
        {trace.ruleSetVersion !== undefined && (
          <span className="arb-quiet">
            {/* translators: %d: number of a version of the rules */}
            {sprintf(__('version %d', 'ar-bridge'), trace.ruleSetVersion)}
          </span>
        )}
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
