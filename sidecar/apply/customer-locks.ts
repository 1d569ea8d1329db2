/** One piece of work at a time per key. Who asked first goes first, so that nobody waits in a circle. */
export class KeyedLocks {
  private readonly tails = new Map<string, Promise<void>>();

  /** Runs `work` when all that was asked for earlier on any of the keys has ended. */
  hold<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const mine = Promise.all(keys.map((key) => this.tails.get(key))).then(work);
    const ended = mine.then(nothing, nothing);
    for (const key of keys) this.tails.set(key, ended);
    void ended.then(() => {
      for (const key of keys) if (this.tails.get(key) === ended) this.tails.delete(key);
    });
    return mine;
  }

  /** For tests. */
  size(): number {
    return this.tails.size;
  }
}

const nothing = (): void => {};
