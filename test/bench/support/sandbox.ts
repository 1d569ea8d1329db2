import { join } from 'node:path';
import { type Program, startProgram } from './program.ts';
import { type PluginEnd, REPOSITORY } from './sidecar.ts';

/** `npm run sandbox` as a process of its own. */
export interface SandboxProgram extends Program {
  url: string;
  /** The control endpoints; throws unless the answer is 2xx. */
  control<T = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>;
  ledger(): Promise<SandboxLedger>;
  /** Connects a paired sidecar to this pod. */
  connect(plugin: PluginEnd, sidecarUrl: string): Promise<void>;
}

export interface SandboxLedger {
  invoices: SandboxDocument[];
  creditMemos: SandboxDocument[];
  receipts: { number: string; currency: string; amount: string; unapplied: string }[];
  applications: { from: string; fromNumber: string; transactionNumber: string | null; amount: string; status: string }[];
  balanced: boolean;
  problems: unknown[];
}
export interface SandboxDocument {
  number: string;
  crossReference: string | null;
  currency: string;
  amount: string;
  balance: string;
}

export interface SandboxRequest {
  id: number;
  method: string;
  path: string;
  operation: string | null;
  receivedAtMs: number;
  answeredAtMs: number | null;
  status: number | null;
  fault: string | null;
}

export async function startSandboxProgram(args: readonly string[] = []): Promise<SandboxProgram> {
  const program = await startProgram(join(REPOSITORY, 'sidecar/sandbox/main.ts'), {
    args: ['--port', '0', ...args],
    readyWhen: /Ledger\s+(http\S+)\/\n.*client (\S+) \/ (\S+)\n.*Control/s,
  });
  const [, url = '', clientId = '', clientSecret = ''] = program.ready;
  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/__sandbox/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  return Object.assign(program, {
    url,
    control,
    ledger: () => control<SandboxLedger>('GET', 'ledger'),
    async connect(plugin: PluginEnd, sidecarUrl: string) {
      await plugin.ask(sidecarUrl, 'PUT', '/v1/admin/connections/oracle?actor=bench', {
        url,
        auth: 'oauth2',
        tokenUrl: `${url}/oauth2/v1/token`,
        clientId,
        clientSecret,
        scope: 'urn:opc:resource:consumer::all',
        release: '26D',
      });
    },
  });
}
