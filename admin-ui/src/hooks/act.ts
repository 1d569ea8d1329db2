import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import type { ApiFailure, Outcome } from '../data/failure.ts';
import { store } from '../data/store.ts';

export interface Act {
  /** The act under way, by the name `run` was given; null when none is. */
  busy: string | null;
  /** Why the last act failed, with its name; null once another one starts. */
  failure: (ApiFailure & { act: string }) | null;
  /** Carries out an act; says `done` in a notice when it went well, and gives its outcome. */
  run: <T>(act: string, call: () => Promise<Outcome<T>>, done?: string | ((value: T) => string)) => Promise<Outcome<T>>;
  forget: () => void;
}

/** One act at a time behind a set of buttons: busy mark, failure, notice. */
export function useAct(): Act {
  const [busy, setBusy] = useState<string | null>(null);
  const [failure, setFailure] = useState<Act['failure']>(null);
  const { say } = useDispatch(store);
  return {
    busy,
    failure,
    forget: () => setFailure(null),
    run: async (act, call, done) => {
      setBusy(act);
      setFailure(null);
      const outcome = await call();
      setBusy(null);
      if (!outcome.ok) setFailure({ ...outcome.failure, act });
      else if (done) say(typeof done === 'string' ? done : done(outcome.value));
      return outcome;
    },
  };
}
