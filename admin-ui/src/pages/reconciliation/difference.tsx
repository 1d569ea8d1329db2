import { Amount } from '../../components/amount.tsx';
import { isZero } from '../../format.ts';

/** Oracle less store: quiet while it is nothing. */
export function Difference({ value, currency }: { value: string; currency: string }) {
  return (
    <span className={isZero(value) ? 'arb-quiet' : 'arb-bad'}>
      <Amount value={value} currency={currency} />
    </span>
  );
}
