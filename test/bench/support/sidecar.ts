import { join } from 'node:path';
import { signatureHeaders } from '../../../sidecar/http/signature.ts';
import { type Program, startProgram } from './program.ts';

export const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
export const PAIRING_CODE = 'BENCH-CODE-2026';

export interface SidecarOptions {
  /** Holds database and key; a second start on the same folder goes on where the first ended. */
  folder: string;
  env?: NodeJS.ProcessEnv;
  nodeOptions?: readonly string[];
}

/** `npm run sidecar` as a process of its own, on a free port. */
export interface SidecarProgram extends Program {
  url: string;
}

export const databaseIn = (folder: string): string => join(folder, 'ar-bridge.db');

export async function startSidecarProgram({ folder, env = {}, nodeOptions = [] }: SidecarOptions): Promise<SidecarProgram> {
  const program = await startProgram(join(REPOSITORY, 'sidecar/main.ts'), {
    env: {
      AR_BRIDGE_PORT: '0',
      AR_BRIDGE_DATA: databaseIn(folder),
      AR_BRIDGE_PAIRING_CODE: PAIRING_CODE,
      AR_BRIDGE_LOG_LEVEL: 'error',
      ...env,
    },
    nodeOptions,
    readyWhen: /AR Bridge sidecar on (http\S+)\n/,
  });
  return Object.assign(program, { url: program.ready[1] ?? '' });
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: measurements look into answers freely
  body: any;
}

export interface EventPayment {
  id: number;
  orderId: number;
  kind: 'received';
  amount: string;
  currency: string;
  gateway: string;
  transactionId: string;
  at: string;
}

/** The plugin's end of a pairing: signs as decisions/0001 says. Outlives a sidecar that is started again on the same data. */
export class PluginEnd {
  readonly site: string;
  readonly secret: string;

  constructor(site: string, secret: string) {
    this.site = site;
    this.secret = secret;
  }

  static async pair(
    sidecarUrl: string,
    store: { url: string; restKey: { consumerKey: string; consumerSecret: string } },
  ): Promise<PluginEnd> {
    const body = {
      code: PAIRING_CODE,
      siteUrl: store.url,
      restUrl: `${store.url}/wp-json/`,
      storeUrl: store.url,
      ...store.restKey,
      pluginVersion: 'bench',
      wooVersion: '10.5.2',
    };
    const response = await fetch(`${sidecarUrl}/v1/pair`, { method: 'POST', body: JSON.stringify(body) });
    const { secret } = (await response.json()) as { secret?: string };
    if (!secret) throw new Error(`Pairing answered ${response.status}`);
    return new PluginEnd(store.url, secret);
  }

  async send(sidecarUrl: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = signatureHeaders(this.secret, { method, path, body: text }, Date.now());
    const response = await fetch(`${sidecarUrl}${path}`, { method, headers, ...(text && { body: text }) });
    const answer = await response.text();
    return { status: response.status, body: /^[[{]/.test(answer) ? JSON.parse(answer) : answer };
  }

  /** Throws unless the answer is 2xx. */
  async ask(sidecarUrl: string, method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.send(sidecarUrl, method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** One batch as the outbox sends it: orders that may have changed, and payments. */
  events(sidecarUrl: string, orderIds: readonly number[], payments: readonly EventPayment[] = []): Promise<Answer> {
    const changedAt = new Date().toISOString();
    const objects = orderIds.map((id) => ({ kind: 'order', id, seq: 1, changedAt }));
    return this.send(sidecarUrl, 'POST', '/v1/events', { site: this.site, objects, payments });
  }
}
