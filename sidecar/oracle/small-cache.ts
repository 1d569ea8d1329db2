/** Remembers the last `capacity` answers that never change (an invoice's installment id, an account's id). */
export interface SmallCache {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

export function createSmallCache(capacity: number): SmallCache {
  const entries = new Map<string, string>();
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      const oldest = entries.keys().next();
      if (entries.size > capacity && !oldest.done) entries.delete(oldest.value);
    },
  };
}
