import { describe } from 'vitest';
import { type Availability, storeAvailable } from './store.ts';

/** Room for the first start on a machine, which installs WordPress, and for Playground's slower PHP. */
export const STORE_START_MS = 240_000;

/** A group of tests on a real store; skipped with the reason in its name where none can be had. */
export function describeStore(name: string, tests: () => void, available: Availability = storeAvailable()): void {
  if (available.ok) describe(name, { timeout: 120_000 }, tests);
  else describe.skip(`${name} [skipped: ${available.reason}]`, tests);
}
