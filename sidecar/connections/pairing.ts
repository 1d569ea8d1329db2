import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result, rejected, retryable } from '../domain/failures.ts';
import type { Store } from '../store/store.ts';
import type { SettingsService } from './settings.ts';

/** What the plugin sends to pair; decisions/0001. */
export const PairRequestSchema = z.object({
  code: z.string().max(100),
  siteUrl: z.url(),
  restUrl: z.url(),
  storeUrl: z.url(),
  consumerKey: z.string().max(200),
  consumerSecret: z.string().max(200),
  pluginVersion: z.string().max(40),
  wooVersion: z.string().max(40),
});
export type PairRequest = z.infer<typeof PairRequestSchema>;

export interface Paired {
  siteUrl: string;
  restUrl: string;
  pluginVersion: string;
  wooVersion: string;
  pairedAtMs: number;
  /** Until when the previous secret is good. */
  previousUntilMs: number;
}

const ROTATION_MS = 10 * 60_000;
const WRONG_CODES = 5;
const LOCKED_MS = 15 * 60_000;

/**
 * Binds one shop to this sidecar: whoever can read the code on the machine where the sidecar runs may pair. Pairing again rotates
 * the secret; the old one stays good for ten minutes.
 */
export class Pairing {
  private readonly store: Store;
  private readonly settings: SettingsService;
  private readonly nowMs: () => number;
  private code_: string;
  private readonly fixed: boolean;
  private wrong = 0;
  private lockedUntilMs = 0;

  constructor(store: Store, settings: SettingsService, fixedCode: string | undefined, nowMs: () => number) {
    this.store = store;
    this.settings = settings;
    this.nowMs = nowMs;
    this.fixed = fixedCode !== undefined;
    this.code_ = fixedCode ?? newCode();
  }

  /** The code to type into the admin page. */
  code(): string {
    return this.code_;
  }

  paired(): Paired | null {
    return this.store.settings.get<Paired | null>('pairing')?.value ?? null;
  }

  /** Secrets that requests may be signed with now: the current one, and the previous one shortly after a rotation. */
  secrets(): string[] {
    const paired = this.paired();
    if (!paired) return [];
    const secrets = [this.settings.secret('pairing.secret')];
    if (paired.previousUntilMs > this.nowMs()) secrets.push(this.settings.secret('pairing.previous'));
    return secrets.filter(Boolean);
  }

  /** Fails: rejected pairing.wrong_code; retryable pairing.locked after five wrong codes. */
  async pair(request: PairRequest): Promise<Result<{ secret: string }>> {
    const nowMs = this.nowMs();
    if (nowMs < this.lockedUntilMs) {
      return err(
        retryable('pairing.locked', 'Too many wrong codes: try again in a quarter of an hour.', {
          retryAfterMs: this.lockedUntilMs - nowMs,
        }),
      );
    }
    if (!sameText(request.code.trim(), this.code_)) {
      this.wrong += 1;
      if (this.wrong >= WRONG_CODES) {
        this.wrong = 0;
        this.lockedUntilMs = nowMs + LOCKED_MS;
      }
      return err(
        rejected(
          'pairing.wrong_code',
          'That is not the pairing code that this sidecar printed when it started.',
          'Copy the code from the sidecar’s output again, or restart the sidecar for a new one.',
        ),
      );
    }
    this.wrong = 0;
    const secret = randomBytes(32).toString('base64');
    const before = this.settings.secret('pairing.secret');
    const paired: Paired = {
      siteUrl: request.siteUrl,
      restUrl: request.restUrl,
      pluginVersion: request.pluginVersion,
      wooVersion: request.wooVersion,
      pairedAtMs: nowMs,
      previousUntilMs: before && this.paired()?.siteUrl === request.siteUrl ? nowMs + ROTATION_MS : 0,
    };
    await this.store.write(() => {
      if (before) this.settings.seal('pairing.previous', before);
      this.settings.seal('pairing.secret', secret);
      this.store.settings.save('pairing', paired, null, 'pairing', nowMs);
    });
    await this.settings.saveConnection(
      'store',
      {
        url: request.storeUrl,
        restUrl: request.restUrl,
        auth: request.storeUrl.startsWith('https:') ? 'basic' : 'oauth1',
        consumerKey: request.consumerKey,
        consumerSecret: request.consumerSecret,
      },
      'pairing',
    );
    if (!this.fixed) this.code_ = newCode();
    this.settings.tell('pairing');
    return ok({ secret });
  }

  async unpair(actor: string): Promise<void> {
    await this.store.write(() => {
      this.store.settings.save('pairing', null, null, actor, this.nowMs());
      for (const name of ['pairing.secret', 'pairing.previous', 'store.consumerKey', 'store.consumerSecret']) {
        this.store.settings.removeSealed(name);
      }
    });
    this.settings.tell('pairing');
  }
}

/** Letters and digits that cannot be taken for one another; 12 of 30 are about 59 bits. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
function newCode(): string {
  const letters = [...randomBytes(12)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
