import { join } from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { readConfig } from '../../../sidecar/config.ts';
import { signatureHeaders } from '../../../sidecar/http/signature.ts';
import { type Sidecar, type StartOptions, startSidecar } from '../../../sidecar/start.ts';
import { testFolder } from './folder.ts';

export const PAIRING_CODE = 'TEST-CODE-1234';

export interface TestSidecar extends Sidecar {
  secret: string;
  /** A request as the plugin signs it. */
  send(
    method: string,
    path: string,
    body?: unknown,
    over?: { secret?: string; nowMs?: number; headers?: Record<string, string> },
  ): Promise<Answer>;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  body: any;
}

/** A whole sidecar on a free port of this machine, with a database of its own; closed when the test ends. */
export async function testSidecar(
  environment: Record<string, string> = {},
  options: Partial<StartOptions> & { folder?: string } = {},
): Promise<TestSidecar> {
  const folder = options.folder ?? testFolder();
  const config = readConfig({
    AR_BRIDGE_PORT: '0',
    AR_BRIDGE_DATA: join(folder, 'ar-bridge.db'),
    AR_BRIDGE_PAIRING_CODE: PAIRING_CODE,
    AR_BRIDGE_LOG_LEVEL: 'silent',
    ...environment,
  });
  const sidecar = await startSidecar({ config, log: pino({ level: 'silent' }), ...options });
  let closed = false;
  const close = async () => {
    if (!closed) {
      closed = true;
      await sidecar.close();
    }
  };
  onTestFinished(close);
  const test: TestSidecar = {
    ...sidecar,
    close,
    secret: '',
    async send(method, path, body, over = {}) {
      const text = body === undefined ? '' : JSON.stringify(body);
      const signed = signatureHeaders(over.secret ?? test.secret, { method, path, body: text }, over.nowMs ?? Date.now());
      return request(sidecar.url, method, path, text, { ...signed, ...over.headers });
    },
  };
  return test;
}

export async function request(
  url: string,
  method: string,
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, { method, headers, ...(body !== '' && { body }) });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

export const PAIR = {
  code: PAIRING_CODE,
  siteUrl: 'http://127.0.0.1:1/shop',
  restUrl: 'http://127.0.0.1:1/shop/wp-json/',
  storeUrl: 'http://127.0.0.1:1/shop',
  consumerKey: 'ck_test_consumer_key',
  consumerSecret: 'cs_test_consumer_secret',
  pluginVersion: '0.1.0',
  wooVersion: '10.5.2',
};

export async function paired(sidecar: TestSidecar, over: Partial<typeof PAIR> = {}): Promise<TestSidecar> {
  const answer = await request(sidecar.url, 'POST', '/v1/pair', JSON.stringify({ ...PAIR, ...over }));
  sidecar.secret = answer.body.secret;
  return sidecar;
}
