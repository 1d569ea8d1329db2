import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempt, Trail } from '../../../../sidecar/apply/ports.ts';
import { noBrake } from '../../../../sidecar/domain/brake.ts';
import type { Failure, Result } from '../../../../sidecar/domain/failures.ts';
import type { StoreClientOptions } from '../../../../sidecar/woocommerce/client.ts';

export const KEY = { consumerKey: `ck_${'a1'.repeat(20)}`, consumerSecret: `cs_${'b2'.repeat(20)}` };

/** Options of a client for a server of this test, which never waits. */
export const optionsFor = (homeUrl: string, over: Partial<StoreClientOptions> = {}): StoreClientOptions => ({
  homeUrl,
  auth: { kind: 'oauth1', ...KEY },
  brake: noBrake,
  wait: async () => {},
  ...over,
});

export interface RecordingTrail extends Trail {
  attempts: Attempt[];
}

export function recordingTrail(): RecordingTrail {
  const attempts: Attempt[] = [];
  return { attempts, record: (attempt) => void attempts.push(attempt) };
}

/** The failure of a result that must have failed. */
export function failureOf(result: Result<unknown>): Failure {
  if (result.ok) throw new Error(`Expected a failure, got ${JSON.stringify(result.value)}`);
  return result.failure;
}

/** Fixtures say themselves where they come from. */
export function fixture<T>(path: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/woocommerce', path), 'utf8')) as T;
}

export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
