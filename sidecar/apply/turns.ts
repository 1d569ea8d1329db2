import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long one piece of long work may keep the event loop from everything else. */
const PIECE_MS = 12;

/** Long work in pieces: called between its steps, it lets others in once the piece has lasted long enough. */
export function turns(pieceMs = PIECE_MS): () => Promise<void> {
  let begunMs = performance.now();
  return async () => {
    if (performance.now() - begunMs < pieceMs) return;
    await nextTurn();
    begunMs = performance.now();
  };
}
