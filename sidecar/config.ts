import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

/**
 * The one reader of the environment. Everything begins with AR_BRIDGE_; what is set here wins over what the admin page stored.
 * A wrong value stops the start and is named with all the others.
 */
const flag = z.enum(['yes', 'no']).transform((value) => value === 'yes');
const ms = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const EnvironmentSchema = z
  .object({
    AR_BRIDGE_HOST: z.string().min(1).default('127.0.0.1'),
    AR_BRIDGE_PORT: z.coerce.number().int().min(0).max(65535).default(8090),
    /** The database file; key file and lock lie beside it. */
    AR_BRIDGE_DATA: z.string().min(1).default('data/ar-bridge.db'),
    AR_BRIDGE_KEY_FILE: z.string().min(1).optional(),
    AR_BRIDGE_MASTER_KEY: z.string().min(1).optional(),
    AR_BRIDGE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    /** Fixed pairing code, for installs by script; else one is made and printed. */
    AR_BRIDGE_PAIRING_CODE: z.string().min(8).max(100).optional(),
    /** A proxy in front of us speaks TLS: allows to listen beyond this machine. */
    AR_BRIDGE_BEHIND_TLS_PROXY: flag.default(false),

    AR_BRIDGE_STORE_URL: z.url().optional(),
    AR_BRIDGE_STORE_AUTH: z.enum(['basic', 'oauth1']).optional(),
    AR_BRIDGE_STORE_CONSUMER_KEY: z.string().min(1).optional(),
    AR_BRIDGE_STORE_CONSUMER_SECRET: z.string().min(1).optional(),
    AR_BRIDGE_STORE_WEBHOOK_SECRET: z.string().min(1).optional(),
    AR_BRIDGE_STORE_TIMEOUT_MS: ms(1_000, 120_000).default(30_000),
    AR_BRIDGE_STORE_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(8),

    AR_BRIDGE_ORACLE_URL: z.url().optional(),
    AR_BRIDGE_ORACLE_AUTH: z.enum(['oauth2', 'basic']).optional(),
    AR_BRIDGE_ORACLE_TOKEN_URL: z.url().optional(),
    AR_BRIDGE_ORACLE_SCOPE: z.string().optional(),
    AR_BRIDGE_ORACLE_CLIENT_ID: z.string().optional(),
    AR_BRIDGE_ORACLE_CLIENT_SECRET: z.string().optional(),
    AR_BRIDGE_ORACLE_USERNAME: z.string().optional(),
    AR_BRIDGE_ORACLE_PASSWORD: z.string().optional(),
    AR_BRIDGE_ORACLE_RELEASE: z.enum(['26D', '25D']).optional(),
    AR_BRIDGE_ORACLE_TIMEOUT_MS: ms(1_000, 600_000).default(60_000),
    /** Calls in flight at most; the brake starts at 4 and learns. */
    AR_BRIDGE_ORACLE_CONCURRENCY: z.coerce.number().int().min(1).max(512).default(32),
    /** Between two look-ups of a document whose answer was lost. */
    AR_BRIDGE_ORACLE_LOOK_MS: ms(10, 60_000).default(10_000),
    /** How long Oracle may still be at work on an action whose answer was lost: its own limit for a call is five minutes. */
    AR_BRIDGE_ORACLE_SETTLE_MS: ms(10, 3_600_000).default(300_000),

    AR_BRIDGE_POLL_MINUTES: z.coerce.number().int().min(5).max(15).optional(),
    AR_BRIDGE_PULL_MS: ms(100, 60_000).default(3_000),
    AR_BRIDGE_MODE: z.enum(['live', 'simulation']).optional(),
  })
  .superRefine((values, context) => {
    const beyond = !['127.0.0.1', '::1', 'localhost'].includes(values.AR_BRIDGE_HOST);
    if (beyond && !values.AR_BRIDGE_BEHIND_TLS_PROXY) {
      context.addIssue({
        code: 'custom',
        path: ['AR_BRIDGE_HOST'],
        message: `"${values.AR_BRIDGE_HOST}" is reachable from other machines over plain HTTP. Put a TLS proxy in front and set AR_BRIDGE_BEHIND_TLS_PROXY=yes, or listen on 127.0.0.1.`,
      });
    }
  });

export type Environment = z.infer<typeof EnvironmentSchema>;

export interface Config {
  environment: Environment;
  dataFile: string;
  keyFile: string;
}

/** Fails: throws one message that names every faulty variable. */
export function readConfig(from: Record<string, string | undefined>): Config {
  const ours = Object.fromEntries(Object.entries(from).filter(([name, value]) => name.startsWith('AR_BRIDGE_') && value !== ''));
  const known = new Set(Object.keys(EnvironmentSchema.shape));
  const unknown = Object.keys(ours).filter((name) => !known.has(name) && !IGNORED.test(name));
  const parsed = EnvironmentSchema.safeParse(ours);
  const complaints = [
    ...(parsed.success ? [] : [z.prettifyError(parsed.error)]),
    ...unknown.map((name) => `✖ ${name} is not a setting of AR Bridge${closest(name, known)}`),
  ];
  if (!parsed.success || complaints.length > 0)
    throw new Error(`The environment does not hold together:\n${complaints.join('\n')}`);
  const environment = parsed.data;
  const dataFile = resolve(environment.AR_BRIDGE_DATA);
  return { environment, dataFile, keyFile: environment.AR_BRIDGE_KEY_FILE ?? join(dirname(dataFile), 'ar-bridge.key') };
}

/** Read by the plugin, the demo, the tests and the store harness, which may share our environment. */
const IGNORED =
  /^AR_BRIDGE_(SECRET|ENCRYPTION_KEY|SIDECAR_URL|REMOVE_ALL_DATA|WORDPRESS_DIR|WOOCOMMERCE_DIR|STORE|CHROMIUM|HARNESS_\w+|TEST_\w+)$/;

function closest(name: string, known: ReadonlySet<string>): string {
  const near = [...known].find(
    (candidate) => candidate.replace(/_/g, '') === name.replace(/_/g, '') || candidate.startsWith(name),
  );
  return near ? ` (did you mean ${near}?)` : '';
}
