import type { Brake } from '../domain/brake.ts';
import type { Setup } from '../domain/setup.ts';
import type { SoapOverrides } from './soap-catalogue.ts';
import type { OracleAuth } from './token.ts';
import type { Transport } from './transport.ts';

export interface OracleOptions {
  /** The pod: `https://....fa....oraclecloud.com`; http to this machine only (the sandbox). */
  baseUrl: string;
  auth: OracleAuth;
  /** 26D has the receipt actions over REST, 25D their SOAP twins only. */
  release: '26D' | '25D';
  /** Sent as REST-Framework-Version; `4` brings structured errors. */
  frameworkVersion: string;
  /** For one HTTP attempt, connection included. */
  timeoutMs: number;
  /** Milliseconds since 1970. */
  clock: () => number;
  brake: Brake;
  /** Between 0 and 1, for the jitter of retried reads. */
  random: () => number;
  switches?: Partial<OracleSwitches>;
  /** The business set-up, for ping: what of it Oracle knows. */
  setup?: () => Setup | null;
  /** PEM of a private certificate authority between here and the pod. */
  ca?: string;
  /** For tests. */
  transport?: Transport;
  wait?: (ms: number) => Promise<void>;
}

/** What public sources leave open about Oracle (UNCONFIRMED in the contract), each with the default that is likeliest. */
export interface OracleSwitches {
  /** Paths, operations and wrapper elements of the web services, where a pod differs and its description does not say so. */
  soap: SoapOverrides;
  /** Whether CreditReason and the reversal codes are told by the lookup's code or its meaning (section 4.1). */
  reasonsBy: 'code' | 'meaning';
  /** Lookup types (lov.json, lookupTypeHints; UNCONFIRMED). */
  creditReasonLookup: string;
  reversalCategoryLookup: string;
  reversalReasonLookup: string;
  /** Where the party site comes from: the address in the party's own POST, or SOAP location and merge (section 5). */
  partySiteBy: 'address' | 'soap';
  /** Value set codes per segment name; the segments' values are pulled from these (section 6). */
  segmentValueSets: Record<string, string>;
  /** Between the segments of an account combination. */
  segmentSeparator: string;
}

export const DEFAULT_SWITCHES: OracleSwitches = {
  soap: {},
  reasonsBy: 'meaning',
  creditReasonLookup: 'CREDIT_MEMO_REASON',
  reversalCategoryLookup: 'REVERSAL_CATEGORY_TYPE',
  reversalReasonLookup: 'CKAJST_REASON',
  partySiteBy: 'address',
  segmentValueSets: {},
  segmentSeparator: '-',
};
