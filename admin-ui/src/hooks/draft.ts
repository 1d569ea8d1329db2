import { useDispatch, useSelect } from '@wordpress/data';
import { useCallback, useEffect } from '@wordpress/element';
import { isSame } from '../data/is-same.ts';
import { store } from '../data/store.ts';

export interface DraftOf<T> {
  /** What the form shows: the edit, or what is saved. */
  value: T;
  changed: boolean;
  change: (next: T) => void;
  drop: () => void;
}

/**
 * A form's edits, kept in the store until they are saved or dropped: looking something up on another tab loses nothing.
 * An edit that leads back to what is saved is no edit.
 */
export function useDraft<T>(form: string, saved: T): DraftOf<T> {
  const { draft, dropDraft } = useDispatch(store);
  const held = useSelect(
    (select) => ({ drafted: select(store).isDrafted(form), value: select(store).getDraft(form) as T }),
    [form],
  );
  const change = useCallback(
    (next: T) => {
      if (isSame(next, saved)) dropDraft(form);
      else draft(form, next, saved);
    },
    [form, saved, draft, dropDraft],
  );
  return { value: held.drafted ? held.value : saved, changed: held.drafted, change, drop: () => dropDraft(form) };
}

/** The browser asks before it leaves the page with edits that are not saved. */
export function useLeaveGuard(): void {
  const hasDrafts = useSelect((select) => select(store).hasDrafts(), []);
  useEffect(() => {
    if (!hasDrafts) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [hasDrafts]);
}
