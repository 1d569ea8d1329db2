import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { type How, playgroundProgram, type StoreSources } from './sources.ts';

const READY_PATIENCE_MS = { 'native-php': 30_000, playground: 180_000 };
const HOST = '127.0.0.1';
// Fewer PHP workers than this can lock each other out, Playground says; each takes a thread.
const PLAYGROUND_WORKERS = '6';
const PLAYGROUND_PHP = '8.2';

/** A port that was free a moment ago. The home URL is part of the site's configuration, so it has to be known before the start. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, HOST, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/**
 * Starts PHP for a site that is laid out, and waits until it answers.
 *
 * Fails  throws with the server's own words when it ends or does not answer in time
 */
export async function startServer(folder: string, port: number, how: How, sources: StoreSources): Promise<GuardedProcess> {
  const logFile = join(folder, 'server.log');
  const [command, env] = how === 'native-php' ? nativeCommand(folder, port) : playgroundCommand(folder, port, sources);
  const signal = how === 'native-php' ? 'INT' : 'TERM';
  const server = startGuarded(command, { folder, signal, logFile, env: { ...process.env, ...env } });
  const deadline = Date.now() + READY_PATIENCE_MS[how];
  while (!(await answers(`http://${HOST}:${port}/wp-includes/version.php`))) {
    const ended = server.ended();
    if (ended !== null || Date.now() > deadline) {
      const words = readFileSync(logFile, 'utf8').slice(-2_000);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`The store's server (${how}) ${ended === null ? 'does not answer' : `ended: ${ended}`}.\n${words}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return server;
}

function nativeCommand(folder: string, port: number): [string[], NodeJS.ProcessEnv] {
  const settings = {
    'opcache.enable': '1',
    'opcache.enable_cli': '1', // the built-in server counts as a command line; its workers share what one has compiled
    'opcache.memory_consumption': '192',
    'opcache.max_accelerated_files': '20000',
    'opcache.revalidate_freq': '0', // a plugin installed or edited a moment ago is seen
    memory_limit: '512M',
    max_execution_time: '120',
    'date.timezone': 'UTC',
    variables_order: 'EGPCS',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
  const router = join(import.meta.dirname, 'php', 'router.php');
  // Four workers: a page may call the sidecar while the sidecar asks the store.
  return [['php', ...flags, '-S', `${HOST}:${port}`, '-t', folder, router], { PHP_CLI_SERVER_WORKERS: '4' }];
}

function playgroundCommand(folder: string, port: number, sources: StoreSources): [string[], NodeJS.ProcessEnv] {
  const options = {
    '--port': String(port),
    '--site-url': `http://${HOST}:${port}`,
    '--php': PLAYGROUND_PHP,
    '--workers': PLAYGROUND_WORKERS,
    '--wordpress-install-mode': 'do-not-attempt-installing', // the harness installs, the same way as on native PHP
  };
  const mounts = [
    ['--mount-dir-before-install', folder, '/wordpress'],
    ['--mount-dir', sources.woocommerce, '/wordpress/wp-content/plugins/woocommerce'],
  ];
  const program = [process.execPath, playgroundProgram(), 'server', '--skip-sqlite-setup'];
  return [[...program, ...Object.entries(options).flat(), ...mounts.flat()], {}];
}

async function answers(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(60_000) });
    await reply.arrayBuffer();
    return reply.status === 200; // Playground greets its first visitor with a redirect
  } catch {
    return false;
  }
}
