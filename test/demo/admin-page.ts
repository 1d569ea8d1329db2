import type { z } from 'zod';
import { OrderDetailSchema, OrderStatesSchema, OverviewSchema } from '../../sidecar/http/admin-contract.ts';
import type { Store } from '../store/store.ts';

/** The admin page's own calls: through the plugin's proxy, as a logged-in shop manager makes them. */
export class AdminPage {
  private readonly store: Store;
  private readonly cookie: string;
  private readonly nonce: string;

  private constructor(store: Store, cookie: string, nonce: string) {
    this.store = store;
    this.cookie = cookie;
    this.nonce = nonce;
  }

  static async open(store: Store): Promise<AdminPage> {
    const cookie = await store.loginCookie();
    return new AdminPage(store, cookie, await store.nonce(cookie));
  }

  async pair(sidecarUrl: string, code: string): Promise<void> {
    await this.call('POST', '/pairing', { sidecarUrl, code });
  }

  async get(path: string): Promise<unknown> {
    return this.call('GET', path);
  }

  async put(path: string, body: unknown): Promise<unknown> {
    return this.call('PUT', path, body);
  }

  async post(path: string, body: unknown = {}): Promise<unknown> {
    return this.call('POST', path, body);
  }

  async states(ids: readonly number[]): Promise<z.infer<typeof OrderStatesSchema>['states']> {
    return OrderStatesSchema.parse(await this.get(`/order-states?ids=${ids.join(',')}`)).states;
  }

  async order(id: number): Promise<z.infer<typeof OrderDetailSchema>> {
    return OrderDetailSchema.parse(await this.get(`/orders/${id}`));
  }

  async queued(): Promise<number> {
    return OverviewSchema.parse(await this.get('/overview')).health.queued;
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.store.url}/wp-json/ar-bridge/v1${path}`, {
      method,
      headers: { cookie: this.cookie, 'x-wp-nonce': this.nonce, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  }
}
