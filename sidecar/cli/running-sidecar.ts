import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { type ApiError, RunStartedSchema, type RunView, RunViewSchema } from '../http/admin-contract.ts';
import { signatureHeaders } from '../http/signature.ts';
import type { RunAsked } from '../reconcile/service.ts';
import type { Snapshot } from '../store/reader.ts';
import { loadMasterKey, Vault } from '../store/vault.ts';
import { CommandFault } from './command.ts';

const CALL_MS = 60_000;
/** The sidecar asks the shop for a whole day's orders, a hundred at a time. */
const DAY_MS = 290_000;
const LOOK_MS = 500;

/**
 * The sidecar that works on the same database, over its admin API. Whoever may read its database and key file holds the secret of its
 * pairing, and signs with it as the plugin does.
 */
export class RunningSidecar {
  private readonly url: string;
  private readonly secret: string;

  /** Fails   throws CommandFault: not paired, no key file */
  constructor(config: Config, settings: Snapshot['settings']) {
    const { AR_BRIDGE_HOST: host, AR_BRIDGE_PORT: port, AR_BRIDGE_MASTER_KEY: masterKey } = config.environment;
    this.url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    const sealed = settings.sealed('pairing.secret');
    if (!sealed) throw new CommandFault('The sidecar is not paired with a shop yet: pair the plugin first.');
    if (!masterKey && !existsSync(config.keyFile)) {
      throw new CommandFault(`There is no key file at ${config.keyFile}: set AR_BRIDGE_KEY_FILE or AR_BRIDGE_MASTER_KEY.`);
    }
    this.secret = new Vault(loadMasterKey(masterKey, config.keyFile)).open('pairing.secret', sealed.sealed);
  }

  /** Has it run a reconciliation; `told` hears of its progress. Fails: throws CommandFault in the sidecar's words. */
  async reconcile(asked: RunAsked, told: (progress: RunView['progress']) => void): Promise<number> {
    const { id } = RunStartedSchema.parse(JSON.parse(await this.send('POST', '/reconcile/runs', asked)));
    for (;;) {
      const run = RunViewSchema.parse(JSON.parse(await this.send('GET', `/reconcile/runs/${id}`)));
      if (run.failure) throw new CommandFault([run.failure.message, run.failure.action].filter(Boolean).join(' '));
      if (run.state !== 'running') return id;
      told(run.progress);
      await sleep(LOOK_MS);
    }
  }

  /** Lines of one day, without a header. */
  csvOfDay(run: number, table: string, day: string): Promise<string> {
    return this.send('GET', `/reconcile/runs/${run}/csv?what=${table}&day=${day}`, undefined, DAY_MS);
  }

  private async send(method: string, below: string, body?: unknown, longestMs = CALL_MS): Promise<string> {
    const path = `/v1/admin${below}${below.includes('?') ? '&' : '?'}actor=command%20line`;
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = signatureHeaders(this.secret, { method, path, body: text }, Date.now());
    const response = await fetch(this.url + path, {
      method,
      headers,
      ...(text && { body: text }),
      signal: AbortSignal.timeout(longestMs),
    }).catch((error: unknown) => {
      const why = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
      throw new CommandFault(`No sidecar answers at ${this.url} (${why}): start it, or set AR_BRIDGE_PORT to its port.`);
    });
    const answer = await response.text();
    if (response.ok) return answer;
    throw new CommandFault(wordsOf(answer) ?? `${this.url} answered ${response.status}.`);
  }
}

function wordsOf(answer: string): string | null {
  try {
    const { message, action } = (JSON.parse(answer) as ApiError).error;
    return [message, action].filter(Boolean).join(' ');
  } catch {
    return null;
  }
}
