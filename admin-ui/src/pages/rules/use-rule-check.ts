import { useDispatch } from '@wordpress/data';
import { useEffect, useState } from '@wordpress/element';
import type { CheckedRules, CheckRules } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { useRested } from '../../hooks/timing.ts';

/**
 * What the sidecar says of rules that are not saved: problems, and how the rule tests come out.
 *
 * In      asked  the same object for as long as nothing changed; null asks nothing
 * Out     null until the first answer; then what it last said, also while it is asked again
 */
export function useRuleCheck(asked: CheckRules | null): CheckedRules | null {
  const rested = useRested(asked, 400);
  const [checked, setChecked] = useState<CheckedRules | null>(null);
  const { checkRules } = useDispatch(store);
  useEffect(() => {
    if (rested === null) {
      setChecked(null);
      return;
    }
    let late = false;
    void checkRules(rested).then((outcome) => {
      if (!late && outcome.ok) setChecked(outcome.value);
    });
    return () => {
      late = true;
    };
  }, [rested, checkRules]);
  return checked;
}
