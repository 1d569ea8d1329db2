/** Random numbers that can be had again: the seed is printed, and AR_BRIDGE_TEST_SEED gives it back. */
export interface Chance {
  seed: number;
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from `from` to `to`. */
  between(from: number, to: number): number;
}

export function chance(what: string): Chance {
  const seed = Number(process.env.AR_BRIDGE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`${what}: AR_BRIDGE_TEST_SEED=${seed}\n`);
  let state = seed || 1;
  // Source: mulberry32, a 32-bit generator by Tommy Ettinger, public domain.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, next, between: (from, to) => from + Math.floor(next() * (to - from + 1)) };
}

/** How many rounds: the default, or AR_BRIDGE_TEST_RUNS for a long run. */
export const runs = (standard: number): number => Number(process.env.AR_BRIDGE_TEST_RUNS ?? standard);
