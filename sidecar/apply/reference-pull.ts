import { ok, type Result } from '../domain/failures.ts';
import type { Setup } from '../domain/setup.ts';
import type { Store } from '../store/store.ts';
import { REFERENCE_LISTS, type ReferenceData, type Trail } from './ports.ts';

/**
 * Pulls every list of values from Oracle. A list that fails leaves its last state and does not keep the others from coming.
 *
 * Out     rows stored in all; the first failure when no list came
 */
export async function pullReferences(
  references: ReferenceData,
  store: Pick<Store, 'write' | 'references'>,
  setup: Setup | null,
  trail: Trail,
  nowMs: () => number,
): Promise<Result<number>> {
  let rows = 0;
  let pulled = 0;
  let first: Result<number> | null = null;
  for (const list of REFERENCE_LISTS) {
    const result = await references.pull(list, setup?.businessUnit ?? null, trail);
    if (!result.ok) {
      first ??= result;
      continue;
    }
    await store.write(() => store.references.replace(list, result.value, nowMs()));
    rows += result.value.length;
    pulled += 1;
  }
  return pulled > 0 || first === null ? ok(rows) : first;
}
