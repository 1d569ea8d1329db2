/**
 * Remembers values for a while, at most `max` of them, oldest out first. Only a saving of calls: nothing here is needed for
 * correctness, and a second process may hold other values for `ttlMs`.
 */
export interface Cache<K, V> {
  /** Undefined when unknown or older than the time to live. */
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
}

export function createCache<K, V>(max: number, ttlMs: number, clock: () => number): Cache<K, V> {
  const rows = new Map<K, { value: V; until: number }>();
  return {
    get(key) {
      const row = rows.get(key);
      if (row && row.until > clock()) return row.value;
      rows.delete(key);
      return undefined;
    },
    set(key, value) {
      rows.delete(key); // a Map keeps insertion order: the first key is the oldest
      rows.set(key, { value, until: clock() + ttlMs });
      const oldest = rows.keys().next();
      if (rows.size > max && !oldest.done) rows.delete(oldest.value);
    },
    delete(key) {
      rows.delete(key);
    },
  };
}
