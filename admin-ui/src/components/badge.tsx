import type { OrderState } from '../data/contract.ts';
import { stateLabel, stateMeaning } from '../labels.ts';

export type Tone = 'neutral' | 'good' | 'info' | 'warning' | 'bad';

/** A short word on a coloured ground; the word says it all, the colour helps to find it. */
export function Badge({ tone, children, title }: { tone: Tone; children: string; title?: string }) {
  return (
    <span className={`arb-badge is-${tone}`} title={title}>
      {children}
    </span>
  );
}

const TONES: Record<OrderState, Tone> = {
  new: 'neutral',
  posting: 'info',
  posted: 'good',
  waiting: 'info',
  attention: 'warning',
  rejected: 'bad',
  excluded: 'neutral',
};

export const stateTone = (state: OrderState): Tone => TONES[state];

export function StateBadge({ state }: { state: OrderState }) {
  return (
    <Badge tone={TONES[state]} title={stateMeaning(state)}>
      {stateLabel(state)}
    </Badge>
  );
}

/** The state of a document or an action. */
export function StepBadge({ state, label }: { state: string; label: string }) {
  const tones: Record<string, Tone> = { posted: 'good', done: 'good', sending: 'info', failed: 'bad' };
  return <Badge tone={tones[state] ?? 'neutral'}>{label}</Badge>;
}
