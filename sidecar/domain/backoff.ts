/**
 * Full jitter: a random wait in [0, min(cap, base x 2^attempt)], so that orders that failed together do not come back together.
 *
 * attempt   0    1    2    3     4     5     6     7      8      9      10      11
 * at most   2 s  4 s  8 s  16 s  32 s  64 s  2 min 4 min  8 min  17 min 34 min  60 min
 */
export function fullJitterMs(attempt: number, random: () => number, baseMs = 2_000, capMs = 3_600_000): number {
  return Math.floor(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));
}

/** After this many attempts of its own a retryable failure needs a person: nothing spins unseen. */
export const MAX_ATTEMPTS = 12;
