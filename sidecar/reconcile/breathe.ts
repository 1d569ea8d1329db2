import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Lets everybody else have a turn once this work has held the event loop for `longestMs`.
 *
 * Out     to be awaited between pieces of work that are short themselves
 */
export function breather(longestMs = 10): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < longestMs) return;
    await nextTurn();
    since = performance.now();
  };
}
