import type { z } from 'zod';
import type { Environment } from '../config.ts';
import { type Rule, RuleSchema, type RuleSet } from '../domain/rules.ts';
import { type Setup, SetupSchema } from '../domain/setup.ts';
import type { Store } from '../store/store.ts';
import { hintOf, type Vault } from '../store/vault.ts';

export interface StoreConnection {
  url: string;
  restUrl: string | null;
  auth: 'basic' | 'oauth1';
  consumerKey: string;
  consumerSecret: string;
}

export interface OracleConnection {
  url: string;
  auth: 'oauth2' | 'basic';
  tokenUrl: string;
  scope: string;
  clientId: string;
  clientSecret: string;
  username: string;
  password: string;
  release: '26D' | '25D';
}

export interface Mode {
  mode: 'live' | 'simulation';
  reason: string | null;
}

/** Secrets by the name they are sealed under. */
export const SECRETS = [
  'store.consumerKey',
  'store.consumerSecret',
  'store.webhookSecret',
  'oracle.clientSecret',
  'oracle.password',
  'pairing.secret',
  'pairing.previous',
] as const;
export type SecretName = (typeof SECRETS)[number];

const FROM_ENVIRONMENT: Partial<Record<SecretName, keyof Environment>> = {
  'store.consumerKey': 'AR_BRIDGE_STORE_CONSUMER_KEY',
  'store.consumerSecret': 'AR_BRIDGE_STORE_CONSUMER_SECRET',
  'store.webhookSecret': 'AR_BRIDGE_STORE_WEBHOOK_SECRET',
  'oracle.clientSecret': 'AR_BRIDGE_ORACLE_CLIENT_SECRET',
  'oracle.password': 'AR_BRIDGE_ORACLE_PASSWORD',
};

/** What is told to those who hold live connections. */
export type SettingsPart = 'store' | 'oracle' | 'setup' | 'rules' | 'mode' | 'poll' | 'pairing';

/**
 * Everything people set, from two places: the environment, which wins, and the admin page, stored with version and author.
 * Secrets are sealed on the way in and opened only for the adapters.
 */
export class SettingsService {
  private readonly store: Store;
  private readonly vault: Vault;
  private readonly environment: Environment;
  private readonly nowMs: () => number;
  private readonly listeners: ((part: SettingsPart) => void)[] = [];
  /** Read on every order: kept parsed until somebody saves another one. */
  private setup_: { setup: Setup | null; version: number } | null = null;
  private rules_: (RuleSet & { rules: Rule[]; author: string; savedAtMs: number | null }) | null = null;

  constructor(store: Store, vault: Vault, environment: Environment, nowMs: () => number) {
    this.store = store;
    this.vault = vault;
    this.environment = environment;
    this.nowMs = nowMs;
  }

  onChange(listener: (part: SettingsPart) => void): void {
    this.listeners.push(listener);
  }

  storeConnection(): Omit<StoreConnection, 'consumerKey' | 'consumerSecret'> {
    const stored = this.value<Partial<StoreConnection>>('store') ?? {};
    const url = this.environment.AR_BRIDGE_STORE_URL ?? stored.url ?? '';
    return {
      url,
      restUrl: stored.restUrl ?? null,
      auth: this.environment.AR_BRIDGE_STORE_AUTH ?? stored.auth ?? (url.startsWith('http:') ? 'oauth1' : 'basic'),
    };
  }

  oracleConnection(): Omit<OracleConnection, 'clientSecret' | 'password'> {
    const stored = this.value<Partial<OracleConnection>>('oracle') ?? {};
    const { environment: env } = this;
    return {
      url: env.AR_BRIDGE_ORACLE_URL ?? stored.url ?? '',
      auth: env.AR_BRIDGE_ORACLE_AUTH ?? stored.auth ?? 'oauth2',
      tokenUrl: env.AR_BRIDGE_ORACLE_TOKEN_URL ?? stored.tokenUrl ?? '',
      scope: env.AR_BRIDGE_ORACLE_SCOPE ?? stored.scope ?? 'urn:opc:resource:consumer::all',
      clientId: env.AR_BRIDGE_ORACLE_CLIENT_ID ?? stored.clientId ?? '',
      username: env.AR_BRIDGE_ORACLE_USERNAME ?? stored.username ?? '',
      release: env.AR_BRIDGE_ORACLE_RELEASE ?? stored.release ?? '26D',
    };
  }

  /** Merges fields of a connection; secrets among them are sealed apart. */
  async saveConnection(part: 'store' | 'oracle', fields: Record<string, string | undefined>, actor: string): Promise<void> {
    const secrets = Object.entries(fields).filter(([name, value]) => isSecret(`${part}.${name}`) && value);
    const plain = Object.fromEntries(
      Object.entries(fields).filter(([name, value]) => !isSecret(`${part}.${name}`) && value !== undefined),
    );
    await this.store.write(() => {
      for (const [name, value] of secrets) this.seal(`${part}.${name}` as SecretName, value ?? '');
      this.store.settings.save(part, { ...this.value<object>(part), ...plain }, null, actor, this.nowMs());
    });
    this.tell(part);
  }

  setup(): Setup | null {
    return this.readSetup().setup;
  }

  setupVersion(): number {
    return this.readSetup().version;
  }

  /** False when another version was saved in between. */
  async saveSetup(setup: z.input<typeof SetupSchema>, baseVersion: number, actor: string): Promise<boolean> {
    const saved = await this.store.write(() =>
      this.store.settings.save('setup', SetupSchema.parse(setup), baseVersion, actor, this.nowMs()),
    );
    if (saved) {
      this.setup_ = null;
      this.tell('setup');
    }
    return saved;
  }

  rules(): RuleSet & { rules: Rule[]; author: string; savedAtMs: number | null } {
    if (!this.rules_) {
      const saved = this.store.settings.get<unknown[]>('rules');
      this.rules_ = {
        version: saved?.version ?? 0,
        rules: (saved?.value ?? []).map((rule) => RuleSchema.parse(rule)),
        author: saved?.actor ?? '',
        savedAtMs: saved?.atMs ?? null,
      };
    }
    return this.rules_;
  }

  /** False when another version was saved in between. `also` writes what belongs to the new version, in the same transaction. */
  async saveRules(
    rules: readonly Rule[],
    baseVersion: number,
    actor: string,
    also: (version: number) => void = () => undefined,
  ): Promise<boolean> {
    const saved = await this.store.write(() => {
      if (!this.store.settings.save('rules', rules, baseVersion, actor, this.nowMs())) return false;
      also(baseVersion + 1);
      return true;
    });
    if (saved) {
      this.rules_ = null;
      this.tell('rules');
    }
    return saved;
  }

  mode(): Mode {
    if (this.environment.AR_BRIDGE_MODE) {
      return {
        mode: this.environment.AR_BRIDGE_MODE,
        reason: this.environment.AR_BRIDGE_MODE === 'live' ? null : 'AR_BRIDGE_MODE says so.',
      };
    }
    return this.value<Mode>('mode') ?? { mode: 'live', reason: null };
  }

  async saveMode(mode: Mode, actor: string): Promise<void> {
    await this.store.write(() => this.store.settings.save('mode', mode, null, actor, this.nowMs()));
    this.tell('mode');
  }

  pollMinutes(): number {
    return this.environment.AR_BRIDGE_POLL_MINUTES ?? this.value<number>('poll') ?? 10;
  }

  async savePollMinutes(minutes: number, actor: string): Promise<void> {
    await this.store.write(() => this.store.settings.save('poll', minutes, null, actor, this.nowMs()));
    this.tell('poll');
  }

  secret(name: SecretName): string {
    const variable = FROM_ENVIRONMENT[name];
    const given = variable && this.environment[variable];
    if (given) return String(given);
    const stored = this.store.settings.sealed(name);
    return stored ? this.vault.open(name, stored.sealed) : '';
  }

  /** What may be shown of a secret: whether it is set, where, and its end. */
  secretView(name: SecretName): { set: boolean; source: 'environment' | 'stored' | 'none'; hint: string } {
    const variable = FROM_ENVIRONMENT[name];
    const given = variable && this.environment[variable];
    if (given) return { set: true, source: 'environment', hint: hintOf(String(given)) };
    const stored = this.store.settings.sealed(name);
    return stored ? { set: true, source: 'stored', hint: stored.hint } : { set: false, source: 'none', hint: '' };
  }

  /** Names of settings that the environment holds, as the page calls them. */
  fromEnvironment(): string[] {
    const names: Partial<Record<keyof Environment, string>> = {
      AR_BRIDGE_STORE_URL: 'store.url',
      AR_BRIDGE_STORE_AUTH: 'store.auth',
      AR_BRIDGE_STORE_CONSUMER_KEY: 'store.consumerKey',
      AR_BRIDGE_STORE_CONSUMER_SECRET: 'store.consumerSecret',
      AR_BRIDGE_STORE_WEBHOOK_SECRET: 'store.webhookSecret',
      AR_BRIDGE_ORACLE_URL: 'oracle.url',
      AR_BRIDGE_ORACLE_AUTH: 'oracle.auth',
      AR_BRIDGE_ORACLE_TOKEN_URL: 'oracle.tokenUrl',
      AR_BRIDGE_ORACLE_SCOPE: 'oracle.scope',
      AR_BRIDGE_ORACLE_CLIENT_ID: 'oracle.clientId',
      AR_BRIDGE_ORACLE_CLIENT_SECRET: 'oracle.clientSecret',
      AR_BRIDGE_ORACLE_USERNAME: 'oracle.username',
      AR_BRIDGE_ORACLE_PASSWORD: 'oracle.password',
      AR_BRIDGE_ORACLE_RELEASE: 'oracle.release',
      AR_BRIDGE_POLL_MINUTES: 'poll.everyMinutes',
      AR_BRIDGE_MODE: 'mode',
    };
    return Object.entries(names).flatMap(([variable, name]) =>
      this.environment[variable as keyof Environment] === undefined ? [] : [name],
    );
  }

  /** For pairing: inside Committer.write. */
  seal(name: SecretName, value: string): void {
    this.store.settings.saveSealed(name, this.vault.seal(name, value), hintOf(value), this.nowMs());
  }

  /** Opens every stored secret once, at start: a wrong key is told at once and not at the first order. */
  checkSecrets(): void {
    for (const name of SECRETS) this.secret(name);
  }

  tell(part: SettingsPart): void {
    for (const listener of this.listeners) listener(part);
  }

  private readSetup(): { setup: Setup | null; version: number } {
    if (!this.setup_) {
      const saved = this.store.settings.get<unknown>('setup');
      this.setup_ = { setup: saved ? SetupSchema.parse(saved.value) : null, version: saved?.version ?? 0 };
    }
    return this.setup_;
  }

  private value<T>(name: string): T | null {
    return this.store.settings.get<T>(name)?.value ?? null;
  }
}

const isSecret = (name: string): name is SecretName => (SECRETS as readonly string[]).includes(name);
