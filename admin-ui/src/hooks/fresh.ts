import { useDispatch, useSelect } from '@wordpress/data';
import { useCallback, useEffect } from '@wordpress/element';
import type { Resource } from '../data/reducer.ts';
import type { Source } from '../data/sources.ts';
import { store } from '../data/store.ts';

/** A source that is read each time its part of the page is opened; what it said last stands there meanwhile. */
export function useFresh<T>(source: Source<T>): { resource: Resource<T>; again: () => void } {
  const { refresh } = useDispatch(store);
  // What entered the store under this path was read with this source's schema.
  const resource = useSelect((select) => select(store).getSource(source), [source.path]) as Resource<T>;
  const again = useCallback(() => void refresh(source), [source.path, refresh]);
  useEffect(again, [again]);
  return { resource, again };
}
