import { OrderDetailSchema } from '../../sidecar/http/admin-contract.ts';
import { signatureHeaders } from '../../sidecar/http/signature.ts';
import type { Sandbox } from '../../sidecar/sandbox/start.ts';
import type { Sidecar } from '../../sidecar/start.ts';

/** The admin API without WordPress in between: signed as the plugin signs. */
export class SignedPage {
  private readonly url: string;
  private readonly site: string;
  private readonly secret: string;

  /** For a sidecar that is paired already. */
  constructor(url: string, site: string, secret: string) {
    this.url = url;
    this.site = site;
    this.secret = secret;
  }

  static async pair(
    sidecar: Pick<Sidecar, 'url' | 'pairingCode'>,
    store: { url: string; restKey: { consumerKey: string; consumerSecret: string } },
  ): Promise<SignedPage> {
    const response = await fetch(`${sidecar.url}/v1/pair`, {
      method: 'POST',
      body: JSON.stringify({
        code: sidecar.pairingCode,
        siteUrl: store.url,
        restUrl: `${store.url}/wp-json/`,
        storeUrl: store.url,
        ...store.restKey,
        pluginVersion: 'none',
        wooVersion: 'recorded',
      }),
    });
    const { secret } = (await response.json()) as { secret: string };
    return new SignedPage(sidecar.url, store.url, secret);
  }

  async connect(sandbox: Sandbox, release: '26D' | '25D'): Promise<void> {
    const { clientId, clientSecret, scope } = sandbox.credentials;
    const tokenUrl = `${sandbox.url}/oauth2/v1/token`;
    await this.put('/connections/oracle', { url: sandbox.url, auth: 'oauth2', tokenUrl, clientId, clientSecret, scope, release });
  }

  /** Tells the sidecar that these orders may have changed, as the plugin does. */
  async events(orderIds: readonly number[]): Promise<void> {
    const changedAt = new Date().toISOString();
    const objects = orderIds.map((id, seq) => ({ kind: 'order', id, seq, changedAt }));
    await this.send('POST', '/v1/events', { site: this.site, objects, payments: [] });
  }

  put(path: string, body: unknown): Promise<unknown> {
    return this.send('PUT', `/v1/admin${path}?actor=demo`, body);
  }

  post(path: string, body: unknown = {}): Promise<unknown> {
    return this.send('POST', `/v1/admin${path}?actor=demo`, body);
  }

  get(path: string): Promise<unknown> {
    return this.send('GET', `/v1/admin${path}${path.includes('?') ? '&' : '?'}actor=demo`);
  }

  async order(id: number): Promise<ReturnType<typeof OrderDetailSchema.parse>> {
    return OrderDetailSchema.parse(await this.get(`/orders/${id}`));
  }

  private async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = signatureHeaders(this.secret, { method, path, body: text }, Date.now());
    const response = await fetch(`${this.url}${path}`, { method, headers, ...(text && { body: text }) });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${answer.slice(0, 500)}`);
    return JSON.parse(answer);
  }
}
