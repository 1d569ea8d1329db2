import { ok, type Result } from '../domain/failures.ts';
import type { Store } from '../store/store.ts';
import type { Trail } from './ports.ts';
import { Teller, type TellerOptions } from './teller.ts';

/** Something that a change in Oracle has broken, as wp-admin shows it. */
export interface ToldNotice {
  id: number;
  message: string;
  /** Waiting or recent orders that meet it, and some of their ids. */
  orders: number;
  sample: number[];
}

/** The store's own copy of what is broken, so that wp-admin asks nobody for it. The plugin implements it. */
export interface StoreNotices {
  /** In place of those that it was told before. */
  tellNotices(notices: readonly ToldNotice[], trail: Trail): Promise<Result<void>>;
}

export interface NoticeTellerOptions extends Omit<TellerOptions, 'tell'> {
  store: Pick<Store, 'write' | 'settings' | 'referenceNotices'>;
  /** Null while no plugin is paired. */
  plugin: () => StoreNotices | null;
  trail: Trail;
  nowMs: () => number;
}

/** What the store holds by our own record; a shop that was just paired holds none. */
const TOLD = 'told notices';
const NONE = '[]';
const MOST = 20;

/** Tells the store what a change in Oracle has broken and nobody has seen yet: once per change, again until the store has taken it. */
export class NoticeTeller {
  private readonly options: NoticeTellerOptions;
  private readonly teller: Teller;

  constructor(options: NoticeTellerOptions) {
    this.options = options;
    this.teller = new Teller({ ...options, tell: () => this.tell() });
  }

  /** Something may have changed: looks now. */
  nudge(): void {
    this.teller.nudge();
  }

  /** The plugin drops what it held when it is paired. */
  async startOver(): Promise<void> {
    await this.keep(NONE);
    this.nudge();
  }

  stop(): void {
    this.teller.stop();
  }

  private async tell(): Promise<Result<void>> {
    const { store, plugin, trail } = this.options;
    const notices = store.referenceNotices
      .open()
      .filter(({ dismissedBy }) => dismissedBy === null)
      .slice(0, MOST)
      .map(({ id, message, orders, sample }) => ({ id, message, orders, sample }));
    const now = JSON.stringify(notices);
    const paired = plugin();
    if (!paired || now === (store.settings.cursor(TOLD) ?? NONE)) return ok(undefined);
    const told = await paired.tellNotices(notices, trail);
    if (told.ok && !this.teller.isStopped) await this.keep(now);
    return told;
  }

  private async keep(told: string): Promise<void> {
    const { store, nowMs } = this.options;
    await store.write(() => store.settings.saveCursor(TOLD, told, nowMs()));
  }
}
