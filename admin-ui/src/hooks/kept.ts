import { useEffect, useRef } from '@wordpress/element';
import type { Resource } from '../data/reducer.ts';

/** While another page or filter is read for the first time, what stood there before stays, marked as stale. */
export function useKept<T>(resource: Resource<T>): { resource: Resource<T>; stale: boolean } {
  const last = useRef<T | null>(null);
  useEffect(() => {
    if (resource.data !== null) last.current = resource.data;
  }, [resource.data]);
  const stale = resource.data === null && resource.failure === null && last.current !== null;
  return { resource: stale ? { ...resource, data: last.current } : resource, stale };
}
