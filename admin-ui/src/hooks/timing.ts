import { useEffect, useRef, useState } from '@wordpress/element';

/** Calls `again` every `everyMs` while the page is in view; null pauses. */
export function usePolling(again: () => void, everyMs: number | null): void {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    if (everyMs === null) return;
    const timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') latest.current();
    }, everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
}

/** The value once it has rested for `restMs`: one request for a typed word, not one per letter. */
export function useRested<T>(value: T, restMs = 300): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(value), restMs);
    return () => window.clearTimeout(timer);
  }, [value, restMs]);
  return rested;
}
