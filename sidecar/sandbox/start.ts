import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { createApp, type SandboxParts } from './app.ts';
import { Tokens } from './auth.ts';
import { Faults } from './control/faults.ts';
import { Latency } from './control/latency.ts';
import { Limits } from './control/limits.ts';
import { RequestLog } from './control/request-log.ts';
import { openDatabase } from './database.ts';
import { type Definitions, loadDefinitions, type ResourceDefinition } from './definitions.ts';
import { applyCombinationSegments } from './resources/account-lists.ts';
import { createRegistry } from './resources/registry.ts';
import { DEFAULT_SEED, loadSeed } from './seed/load.ts';
import { plantSeed, replant, seededWith } from './seed/plant.ts';
import { createSetup } from './seed/setup.ts';
import { miscellaneousReceiptService } from './soap/misc-receipts.ts';
import type { Service } from './soap/model.ts';
import { partyServices } from './soap/party-services.ts';
import { receivablesServices } from './soap/receivables-services.ts';
import { defaultSwitches, type Switches, setSwitch } from './switches.ts';
import type { Profile, World } from './world.ts';

export interface SandboxOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** A file, or the seed itself; default seeds/default.json. */
  seed?: string | URL | object;
  profile?: Profile;
  /** Ledger file; default: in memory. */
  data?: string;
  switches?: Record<string, string | number | boolean>;
  /** Seconds a token lives; default: the seed's. */
  tokenLifetime?: number;
  /** The sandbox's clock; default: the machine's. */
  now?: () => Date;
  logger?: Logger;
}

export interface RunningSandbox {
  /** http://127.0.0.1:8091 */
  url: string;
  port: number;
  world: World;
  /** Credentials of the seed, to show and to test with. */
  credentials: { clientId: string; clientSecret: string; scope: string; user: string; password: string };
  close(): Promise<void>;
}

export type Sandbox = RunningSandbox;

/** Starts a sandbox on 127.0.0.1. Fails with an Error that names what is wrong with seed or switches. */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const sandbox = createSandbox(options);
  const server = createServer(createApp(sandbox));
  // Clients keep connections open between orders; the default of five seconds would cut them in the middle of a test.
  server.keepAliveTimeout = 65_000;
  const port = await listen(server, options.port ?? 0);
  const { seed } = sandbox.world;
  const [client] = seed.oauth.clients;
  const user = seed.users.find((known) => known.password !== undefined);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    world: sandbox.world,
    credentials: {
      clientId: client?.id ?? '',
      clientSecret: client?.secret ?? '',
      scope: client?.scopes?.[0] ?? 'urn:opc:resource:consumer::all',
      user: user?.name ?? '',
      password: user?.password ?? '',
    },
    close: () => close(server, sandbox),
  };
}

function createSandbox(options: SandboxOptions): SandboxParts {
  const logger = options.logger ?? pino({ name: 'oracle-sandbox', level: 'warn' });
  const seed = loadSeed(options.seed ?? DEFAULT_SEED);
  const definitions = loadDefinitions();
  addFlexfields(definitions, seed.flexfields);
  const world: World = {
    definitions,
    seed,
    setup: createSetup(seed),
    db: openDatabase(options.data ?? ':memory:'),
    switches: defaultSwitches(),
    profile: options.profile ?? '26D',
    now: options.now ?? (() => new Date()),
  };
  const services = new Map<string, Service>();
  const switchesChanged = () => {
    applyCombinationSegments(world, definitions);
    services.clear();
    const { soapActivityOperation, soapMemoOperations } = world.switches;
    for (const service of [
      ...receivablesServices(soapActivityOperation, soapMemoOperations),
      miscellaneousReceiptService(),
      ...partyServices(),
    ])
      services.set(service.path, service);
  };
  applySwitches(world.switches, { ...seed.switches, ...options.switches });
  switchesChanged();
  plantOnce(world, logger);

  const tokens = new Tokens(options.tokenLifetime ?? seed.oauth.tokenLifetimeSeconds);
  const sandbox: SandboxParts = {
    world,
    tokens,
    faults: new Faults(),
    latency: new Latency(),
    limits: new Limits(),
    log: new RequestLog(),
    behaviourOf: createRegistry(definitions),
    services,
    logger,
    switchesChanged,
    reset() {
      Object.assign(world.switches, defaultSwitches());
      applySwitches(world.switches, { ...seed.switches, ...options.switches });
      switchesChanged();
      sandbox.faults.clear();
      sandbox.latency.set([]);
      sandbox.limits.set(null, Date.now());
      sandbox.log.clear();
      tokens.lifetimeSeconds = options.tokenLifetime ?? seed.oauth.tokenLifetimeSeconds;
      replant(world);
    },
  };
  return sandbox;
}

function applySwitches(switches: Switches, wanted: Record<string, string | number | boolean>): void {
  for (const [name, value] of Object.entries(wanted)) setSwitch(switches, name, value);
}

/** A kept ledger keeps its customers; it is said aloud when they come from another seed. */
function plantOnce(world: World, logger: Logger): void {
  const seeded = seededWith(world);
  if (seeded === 'empty') plantSeed(world);
  if (seeded === 'other')
    logger.warn('the ledger file was made with another seed: its customers stay, lists come from the new one');
}

/** Segments of the pod's own flexfields, by the name of the child they are in. */
function addFlexfields(definitions: Definitions, flexfields: Record<string, readonly string[]>): void {
  const visit = (definition: ResourceDefinition): void => {
    for (const segment of flexfields[definition.name] ?? []) definition.attributes.set(segment, 'string');
    for (const child of definition.children.values()) visit(child);
  };
  for (const definition of definitions.values()) visit(definition);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server, sandbox: SandboxParts): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      sandbox.world.db.close();
      resolve();
    });
    server.closeAllConnections();
  });
}
