import { expect } from 'vitest';
import type { OracleOptions } from '../../../sidecar/oracle/options.ts';
import { type RunningSandbox, startSandbox } from '../../../sidecar/sandbox/start.ts';
import { setup } from '../support/orders.ts';
import { problemsOf } from './definitions.ts';
import { keepingTrail, oracleAt } from './fake-oracle.ts';
import { CLIENT, NOON, SEED } from './seed.ts';

export type Profile = OracleOptions['release'];
export const PROFILES: Profile[] = ['26D', '25D'];

let pod: RunningSandbox | undefined;
let end = () => {};

/** The adapter against a sandbox with the small seed; one at a time. Give `closePod` to afterEach. */
export async function world(
  profile: Profile,
  switches: Record<string, string | number | boolean> = {},
  more: Partial<OracleOptions> = {},
) {
  pod = await startSandbox({ seed: SEED, profile, switches, now: () => new Date(NOON) });
  const oracle = oracleAt(pod.url, {
    release: profile,
    clock: () => NOON,
    auth: {
      kind: 'oauth2',
      tokenUrl: `${pod.url}/oauth2/v1/token`,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      scope: 'urn:opc:resource:consumer::all',
    },
    setup: () => setup({ segments: [{ name: 'Company', default: '01' }, { name: 'Account' }] }),
    ...more,
  });
  end = () => oracle.close();
  return { oracle, trail: keepingTrail() };
}

/** The sandbox's control endpoints. */
export async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${pod?.url}/__sandbox/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return (await answer.json()) as T;
}

/** Ends it. The other side of the contract: whatever was asked of the pod is documented. */
export async function closePod(): Promise<void> {
  end();
  const log = pod
    ? await control<{ requests: { method: string; path: string; query: string; body: string }[] }>('GET', 'requests')
    : null;
  const rest = (log?.requests ?? []).filter((request) => /RestApi/.test(request.path));
  await pod?.close();
  pod = undefined;
  expect(
    rest.flatMap((request) =>
      problemsOf({ ...request, path: `${request.path}${request.query ? `?${request.query.replace(/^\?/, '')}` : ''}` }),
    ),
  ).toEqual([]);
}
