import { mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import pino, { type Logger } from 'pino';
import { AccountTeller } from './apply/account-teller.ts';
import { AimdBrake } from './apply/brake.ts';
import { customerMetaKeys, Identities } from './apply/customer-identity.ts';
import { CustomerImport } from './apply/customer-import.ts';
import { followCustomer } from './apply/customer-job.ts';
import { CustomerLinks } from './apply/customer-links.ts';
import { CustomerWork } from './apply/customer-work.ts';
import { Engine } from './apply/engine.ts';
import { HeldByPeriod } from './apply/held-periods.ts';
import { NoticeTeller } from './apply/notice-teller.ts';
import { OrderWork } from './apply/order-work.ts';
import type { Attempt, Finding, Trail } from './apply/ports.ts';
import { Privacy } from './apply/privacy.ts';
import { referenceChecks } from './apply/reference-checks.ts';
import { type ListName, ReferenceKeeper, STORE_LISTS } from './apply/reference-pull.ts';
import { maxAgeMs, pullEveryMs } from './apply/reference-settings.ts';
import { ReferenceWatch } from './apply/reference-watch.ts';
import { auditTrail } from './apply/trail.ts';
import { UnmappedWork } from './apply/unmapped.ts';
import { WhatIf } from './apply/what-if.ts';
import { POLL_CURSOR, pollOrders } from './capture/poll.ts';
import { type PullLoop, startPullLoop } from './capture/pull.ts';
import { Schedule, type Task } from './capture/schedule.ts';
import { countDays, type SweepPorts, sweepCustomers, sweepRefunds, sweepTrash } from './capture/sweeps.ts';
import type { Config } from './config.ts';
import { LiveConnections, noOracle, noShop } from './connections/live.ts';
import { Pairing } from './connections/pairing.ts';
import { SettingsService } from './connections/settings.ts';
import { actionOf, err, type Failure, ok, type Result } from './domain/failures.ts';
import { adminHandlers } from './http/admin-api.ts';
import type { Overview } from './http/admin-contract.ts';
import { privacyHandlers } from './http/privacy-api.ts';
import { createServer } from './http/server.ts';
import { createOracle } from './oracle/create-oracle.ts';
import { breather } from './reconcile/breathe.ts';
import { DriftCheck } from './reconcile/drift-check.ts';
import { Nightly, SCHEDULE } from './reconcile/nightly.ts';
import { Reconciliation } from './reconcile/service.ts';
import { loadIdentityKey } from './store/identity-key.ts';
import { KEPT_RUNS } from './store/reconcile-records.ts';
import { openStore } from './store/store.ts';
import { loadMasterKey, Vault } from './store/vault.ts';
import { createPluginClient } from './woocommerce/plugin-outbox.ts';
import { createShop } from './woocommerce/shop.ts';

export interface Sidecar {
  url: string;
  pairingCode: string;
  /** Reads and posts nothing new, lets what is under way end, closes everything. */
  close(): Promise<void>;
  /** For benchmarks and tests: what is under way and how far the brake has learned. */
  state(): { underWay: number; queued: number; oracleLimit: number };
}

export interface StartOptions {
  config: Config;
  log?: Logger;
  /** The wall clock, for what people read and for the store's instants. */
  nowMs?: () => number;
  random?: () => number;
  /** After a failed write to disk: by default the process ends, and recovers at the next start. */
  onFatal?: (error: unknown) => void;
}

export const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
  .version;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The composition root: every object is made here, once. Fails: throws with the remedy (settings, key, database). */
export async function startSidecar(options: StartOptions): Promise<Sidecar> {
  const { config, nowMs = Date.now, random = Math.random } = options;
  const { environment } = config;
  const log = options.log ?? pino({ level: environment.AR_BRIDGE_LOG_LEVEL });
  let closed = false;
  const ended =
    options.onFatal ??
    ((error: unknown) => {
      log.fatal(
        { err: error },
        'the disk failed under a write: ending, so that the next start recovers from what is safely stored',
      );
      process.exit(70);
    });
  /** A call that outlives the closing finds no database to write its audit row to; that is no fault of the disk. */
  const fatal = (error: unknown) => {
    if (!closed) ended(error);
  };

  mkdirSync(dirname(config.dataFile), { recursive: true, mode: 0o700 });
  const vault = new Vault(loadMasterKey(environment.AR_BRIDGE_MASTER_KEY, config.keyFile));
  const store = openStore(config.dataFile, nowMs, fatal);
  const recovered = store.jobs.recover();
  if (recovered > 0) log.info({ jobs: recovered }, 'orders that an earlier run left half-way are taken up again');
  const settings = new SettingsService(store, vault, environment, nowMs);
  settings.checkSecrets();
  const pairing = new Pairing(store, settings, environment.AR_BRIDGE_PAIRING_CODE, nowMs);

  const oracleBrake = new AimdBrake({ name: 'Oracle', max: environment.AR_BRIDGE_ORACLE_CONCURRENCY, random });
  const storeBrake = new AimdBrake({ name: 'The store', max: environment.AR_BRIDGE_STORE_CONCURRENCY, random });
  const pluginBrake = new AimdBrake({ name: 'The plugin', max: 2, random });
  const connections = new LiveConnections(
    settings,
    {
      oracle: (connection) => {
        const oracle = createOracle({
          baseUrl: connection.url,
          auth:
            connection.auth === 'basic'
              ? { kind: 'basic', username: connection.username, password: connection.password }
              : {
                  kind: 'oauth2',
                  tokenUrl: connection.tokenUrl,
                  clientId: connection.clientId,
                  clientSecret: connection.clientSecret,
                  scope: connection.scope,
                },
          release: connection.release,
          frameworkVersion: '4',
          timeoutMs: environment.AR_BRIDGE_ORACLE_TIMEOUT_MS,
          clock: nowMs,
          brake: oracleBrake,
          random,
          setup: () => settings.setup(),
          switches: {
            segmentValueSets: Object.fromEntries(
              (settings.setup()?.segments ?? []).flatMap(({ name, valueSet }) => (valueSet ? [[name, valueSet]] : [])),
            ),
            segmentSeparator: settings.setup()?.segmentSeparator ?? '-',
          },
        });
        return {
          receivables: oracle.receivables,
          customers: oracle.customers,
          references: oracle.reference,
          readBack: oracle.readBack,
          ping: (trail) => oracle.ping.ping(trail),
          close: () => oracle.close(),
        };
      },
      shop: ({ url, restUrl, auth, consumerKey, consumerSecret }) =>
        createShop({
          homeUrl: url,
          ...(restUrl && { restUrl }),
          auth: { kind: auth, consumerKey, consumerSecret },
          brake: storeBrake,
          clock: nowMs,
          random,
          timeoutMs: environment.AR_BRIDGE_STORE_TIMEOUT_MS,
          customerMeta: () => customerMetaKeys(settings.setup()),
        }),
      plugin: ({ restUrl, siteUrl }) =>
        createPluginClient({
          restUrl,
          site: siteUrl,
          secret: () => settings.secret('pairing.secret'),
          brake: pluginBrake,
          clock: nowMs,
        }),
    },
    () => pairing.paired(),
  );

  const health: Health = { store: unknownHealth, oracle: unknownHealth };
  const trail = (context: { orderId: number | null; document: string | null; actor?: string }): Trail => {
    const audited = auditTrail(store, { actor: 'sidecar', ...context }, fatal);
    return {
      record(attempt) {
        if (attempt.system === 'oracle') noteAttempt(health, attempt, nowMs());
        audited.record(attempt);
      },
    };
  };
  const general = trail({ orderId: null, document: null });
  /** Looks every few seconds at an outbox that is mostly empty: only what went wrong, or brought something, is worth a row. */
  const quiet: Trail = {
    record: (attempt) => {
      if (attempt.outcome !== 'ok' || /"(id|deleted)":\s*[1-9]/.test(attempt.response ?? '')) general.record(attempt);
    },
  };

  const held = new HeldByPeriod({ store, nowMs });
  const keeper: ReferenceKeeper = new ReferenceKeeper({
    store,
    references: connections.references(),
    shop: connections.shopPort(),
    directory: connections.customers(),
    setup: () => settings.setup(),
    rules: () => settings.rules(),
    trail: general,
    nowMs,
    onPulled: async () => {
      const released = await held.look();
      if (released > 0) log.info({ orders: released }, 'other periods are open in Oracle: orders that were held are tried again');
      await watch.look();
    },
  });
  const checks = referenceChecks({
    references: store.references,
    setup: () => settings.setup(),
    maxAgeMs: () => maxAgeMs(store.settings),
    nowMs,
  });
  const refresh = async (lists: readonly ListName[]) => {
    const pulled = await keeper.pull(lists);
    if (pulled.ok) return ok(undefined);
    log.warn({ lists, failure: pulled.failure }, 'lists of values could not be refreshed');
    // A list that Oracle refuses holds nothing up: what it last said goes on to hold.
    return pulled.failure.kind === 'retryable' && pulled.failure.endpoint ? pulled : ok(undefined);
  };
  const identities = new Identities(await loadIdentityKey(store, vault, nowMs));
  const onFault = (error: unknown) => log.error({ err: error }, 'background work met a fault of ours');
  const directory = connections.customers();
  const teller = new AccountTeller({
    store,
    plugin: () => connections.plugin(),
    trail: general,
    onError: onFault,
    onFailure: (message) => log.warn({ message }, 'the store could not be told its customers’ accounts; it is told again'),
  });
  const onMapped = () => teller.nudge();
  const customers = new CustomerWork({ store, directory, identities, nowMs, onMapped });
  const links = new CustomerLinks({ store, directory, identities, work: customers, nowMs, onMapped });
  const noticeTeller = new NoticeTeller({
    store,
    plugin: () => connections.plugin(),
    trail: general,
    nowMs,
    onError: onFault,
    onFailure: (message) => log.warn({ message }, 'the store could not be told what Oracle has broken; it is told again'),
  });
  const watch: ReferenceWatch = new ReferenceWatch({
    store,
    setup: () => settings.setup(),
    rules: () => settings.rules(),
    accountOf: (order, setup) => customers.accountOf(order, setup)?.accountNumber ?? null,
    nowMs,
    onLooked: () => noticeTeller.nudge(),
  });
  const orders = new OrderWork({
    store,
    lists: { checks, refresh },
    shop: connections.shopPort(),
    receivables: connections.receivables(),
    customers,
    setup: () => settings.setup(),
    rules: () => settings.rules(),
    release: () => settings.oracleConnection().release,
    mode: () => settings.mode(),
    pluginRecordsPayments: () => pairing.paired() !== null,
    trail,
    nowMs,
    doubt: { betweenLooksMs: environment.AR_BRIDGE_ORACLE_LOOK_MS, actionSettlesMs: environment.AR_BRIDGE_ORACLE_SETTLE_MS },
  });
  const engine = new Engine({
    store,
    order: (orderId) => orders.process(orderId),
    customer: (customerId) =>
      followCustomer(customerId, {
        shop: connections.shopPort(),
        customers,
        setup: () => settings.setup(),
        trail: general,
        live: () => settings.mode().mode === 'live',
      }),
    endpoints: [oracleBrake, storeBrake],
    slots: 2 * environment.AR_BRIDGE_ORACLE_CONCURRENCY,
    nowMs,
    random,
    onBug: (job, error) => log.error({ err: error, ...job }, 'the work on an object met a fault of ours'),
  });

  const shopNowMs = () => nowMs() + (connections.shop()?.clockOffsetMs() ?? 0);
  const sweepPorts = (): Result<SweepPorts> => {
    const shop = connections.shop();
    return shop ? ok({ shop, memory: store.capture, trail: general, clock: shopNowMs }) : err(noShop());
  };
  const sweeps = {
    modified: async (): Promise<Result<number>> => {
      const shop = connections.shop();
      if (!shop) return err(noShop());
      const since = new Date(pairing.paired()?.pairedAtMs ?? nowMs()).toISOString();
      const polled = await pollOrders({ shop, memory: store.capture, trail: general, clock: shopNowMs }, { since });
      noteHealth(health, 'store', polled, nowMs());
      return polled.ok ? ok(polled.value.marked) : polled;
    },
    trash: () => sweep(sweepPorts, sweepTrash, (report) => report.marked),
    refunds: () =>
      sweep(
        sweepPorts,
        (ports) => sweepRefunds(ports),
        (report) => report.unknown + report.vanished,
      ),
    'daily-count': () =>
      sweep(
        sweepPorts,
        (ports) =>
          countDays(ports, { from: new Date(shopNowMs() - 2 * DAY_MS).toISOString(), to: new Date(shopNowMs()).toISOString() }),
        (days) => days.reduce((total, day) => total + day.missing.length + day.vanished.length, 0),
      ),
    customers: () => sweep(sweepPorts, sweepCustomers, (report) => report.marked),
  };
  const pullLists = async (): Promise<Result<number>> => {
    if (!connections.oracle()) return connections.shop() ? keeper.pull(STORE_LISTS) : err(noOracle());
    const pulled = await keeper.pull();
    noteHealth(health, 'oracle', pulled, nowMs());
    return pulled;
  };

  const drift = new DriftCheck({
    store,
    ledger: connections.ledger(),
    receivables: connections.receivables(),
    trail,
    setup: () => settings.setup(),
    nowMs,
    breathe: breather(),
  });
  const reconciliation = new Reconciliation({
    store,
    ledger: connections.ledger(),
    totals: connections.shopPort(),
    drift,
    setup: () => settings.setup(),
    setupVersion: () => settings.setupVersion(),
    rules: () => settings.rules(),
    trail: general,
    version: VERSION,
    nowMs,
    onBug: (error) => log.error({ err: error }, 'a reconciliation met a fault of ours'),
  });
  await store.write(() => reconciliation.recover());
  const nightly = new Nightly({
    reconciliation,
    setup: () => settings.setup(),
    connected: () => connections.oracle() !== null && connections.shop() !== null,
    runs: () => store.reconcile.runsBy(SCHEDULE, KEPT_RUNS),
    nowMs,
  });

  const task = (name: string, everyMs: () => number, needs: () => unknown, work: () => Promise<Result<number>>): Task => ({
    name: `task:${name}`,
    everyMs,
    run: async () => {
      if (!needs()) return false;
      const result = await work();
      if (result.ok) log.debug({ task: name, marked: result.value }, 'task done');
      else log.warn({ task: name, failure: result.failure }, 'task failed');
      return result.ok;
    },
  });
  const shopReady = () => connections.shop() !== null;
  const schedule = new Schedule(
    [
      task('poll', () => settings.pollMinutes() * 60_000, shopReady, sweeps.modified),
      task('trash', () => HOUR_MS, shopReady, sweeps.trash),
      task('refunds', () => HOUR_MS, shopReady, sweeps.refunds),
      task('daily-count', () => DAY_MS, shopReady, sweeps['daily-count']),
      task('customers', () => DAY_MS, shopReady, sweeps.customers),
      task(
        'references',
        () => pullEveryMs(store.settings),
        () => connections.oracle() !== null || connections.shop() !== null,
        pullLists,
      ),
      task(
        'drift',
        // It knows itself when: a run that fails later than it starts comes again the same night.
        () => MINUTE_MS,
        () => nightly.isTime(),
        () => nightly.run(),
      ),
      {
        name: 'task:anchor',
        everyMs: () => HOUR_MS,
        run: async () => {
          // The head of the audit chain goes to the log, outside the database: a cut tail can be told by it.
          log.info({ audit: store.audit.anchor() }, 'audit chain');
          await store.write(() => store.events.forgetBefore(nowMs() - 7 * DAY_MS));
          return true;
        },
      },
    ],
    {
      lastRunMs: (name) => store.settings.cursorAtMs(name),
      saveRun: (name) => store.write(() => store.settings.saveCursor(name, '', nowMs())),
      nowMs,
      onError: (name, error) => log.error({ err: error, task: name }, 'a task met a fault of ours'),
    },
  );

  let pull: PullLoop | null = null;
  let lastPullAtMs: number | null = null;
  const restartPull = async () => {
    await pull?.stop();
    pull = null;
    const plugin = connections.plugin();
    if (!plugin) return;
    pull = startPullLoop({
      plugin,
      sink: { store: (batch) => store.capture.store(batch) },
      trail: quiet,
      everyMs: environment.AR_BRIDGE_PULL_MS,
      random,
      report: (result) => {
        if (result.ok) lastPullAtMs = nowMs();
        noteHealth(health, 'store', result, nowMs());
      },
    });
  };
  settings.onChange((part) => {
    if (part === 'pairing') {
      void restartPull();
      teller.startOver().catch(onFault);
      noticeTeller.startOver().catch(onFault);
    }
    if (part === 'setup' || part === 'rules') watch.look().catch(onFault);
  });

  const test = async (
    system: 'store' | 'oracle',
    adapter: { ping(trail: Trail): Promise<Finding[]> } | null,
    missing: Failure,
  ): Promise<Finding[]> => {
    const findings = adapter
      ? await adapter.ping(general)
      : [
          {
            ok: false,
            code: missing.code,
            message: missing.message,
            action: actionOf(missing),
          },
        ];
    const bad = findings.find((finding) => !finding.ok);
    health[system] = { ok: !bad, message: bad?.message ?? 'Connected.', atMs: nowMs() };
    return findings;
  };
  const app = createServer({
    capture: store.capture,
    settings,
    pairing,
    admin: adminHandlers({
      store,
      settings,
      pairing,
      orders,
      testStore: () => test('store', connections.shop(), noShop()),
      testOracle: () => test('oracle', connections.oracle(), noOracle()),
      catalogue: async () => connections.shop()?.catalogue(general) ?? err(noShop()),
      sweep: (name) => sweeps[name](),
      pullReferences: pullLists,
      onNoticeSeen: () => noticeTeller.nudge(),
      whatIf: new WhatIf(store, nowMs),
      unmapped: new UnmappedWork({ store, checks, nowMs }),
      checks,
      links,
      customerImport: new CustomerImport({ store, directory, identities, links, trail: general }),
      directory,
      shop: connections.shopPort(),
      trailOf: (actor) => trail({ orderId: null, document: null, actor }),
      reconciliation,
      nightly,
      drift,
      onError: onFault,
      health: () =>
        healthView(health, store.settings.cursorAtMs(POLL_CURSOR), lastPullAtMs, store.jobs.count(), oracleBrake, storeBrake),
      nowMs,
    }),
    privacy: privacyHandlers(new Privacy({ store, identities, work: customers, setup: () => settings.setup(), nowMs })),
    log,
    version: VERSION,
    nowMs,
    healthy: () => true,
  });

  const server = await listen(app.listen.bind(app), environment.AR_BRIDGE_PORT, environment.AR_BRIDGE_HOST);
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  engine.start();
  schedule.start();
  await restartPull();
  teller.nudge();
  noticeTeller.nudge();
  const { port } = server.address() as AddressInfo;
  const host = environment.AR_BRIDGE_HOST.includes(':') ? `[${environment.AR_BRIDGE_HOST}]` : environment.AR_BRIDGE_HOST;

  return {
    url: `http://${host}:${port}`,
    get pairingCode() {
      return pairing.code();
    },
    state: () => ({ underWay: engine.underWay(), queued: store.jobs.count(), oracleLimit: oracleBrake.currentLimit() }),
    async close() {
      server.close();
      server.closeIdleConnections();
      teller.stop();
      noticeTeller.stop();
      await Promise.all([schedule.stop(), pull?.stop()]);
      for (const brake of [oracleBrake, storeBrake, pluginBrake]) brake.close();
      await Promise.all([engine.stop(), reconciliation.stop()]);
      server.closeAllConnections();
      connections.close();
      closed = true;
      await store.close();
    },
  };
}

interface Health {
  store: { ok: boolean; message: string; atMs: number | null };
  oracle: { ok: boolean; message: string; atMs: number | null };
}
const unknownHealth = { ok: true, message: 'Not tried yet.', atMs: null };

/** Every call to Oracle tells whether it is there: an answer about one document (4xx) is an answer. */
function noteAttempt(health: Health, { status, outcome }: Attempt, atMs: number): void {
  const there = status !== null && status < 500 && status !== 401 && status !== 403 && status !== 429;
  health.oracle = {
    ok: there,
    message: there ? 'Connected.' : `The last call failed: ${outcome}${status === null ? '' : ` (HTTP ${status})`}.`,
    atMs,
  };
}

function noteHealth(health: Health, system: keyof Health, result: Result<unknown>, atMs: number): void {
  health[system] = { ok: result.ok, message: result.ok ? 'Connected.' : result.failure.message, atMs };
}

function healthView(
  health: Health,
  lastPollAtMs: number | null,
  lastPullAtMs: number | null,
  queued: number,
  oracle: AimdBrake,
  store: AimdBrake,
): Overview['health'] {
  const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const view = (side: Health['store'], away: boolean, name: string) => ({
    ok: side.ok && !away,
    message: away ? `${name} does not answer; AR Bridge keeps trying.` : side.message,
    at: at(side.atMs),
  });
  return {
    store: view(health.store, store.away(), 'The store'),
    oracle: view(health.oracle, oracle.away(), 'Oracle'),
    lastPollAt: at(lastPollAtMs),
    lastPullAt: at(lastPullAtMs),
    queued,
  };
}

async function sweep<T>(
  ports: () => Result<SweepPorts>,
  run: (ports: SweepPorts) => Promise<Result<T>>,
  count: (report: T) => number,
): Promise<Result<number>> {
  const ready = ports();
  if (!ready.ok) return ready;
  const result = await run(ready.value);
  return result.ok ? ok(count(result.value)) : result;
}

function listen(
  start: (port: number, host: string, ready: (error?: Error) => void) => Server,
  port: number,
  host: string,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = start(port, host, (error) => {
      if (!error) return resolve(server);
      const code = (error as NodeJS.ErrnoException).code;
      reject(code === 'EADDRINUSE' ? new Error(`Port ${port} is taken: stop what listens there, or set AR_BRIDGE_PORT.`) : error);
    });
  });
}
