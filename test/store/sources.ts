import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { unpackZip } from './zip.ts';

/** Where a real store's parts come from: WordPress, WooCommerce, the SQLite drop-in and a PHP to run them. */
export interface StoreSources {
  wordpress: string;
  woocommerce: string;
  wordpressVersion: string;
  woocommerceVersion: string;
}

export type How = 'native-php' | 'playground';
export type Availability = { ok: true; how: How } | { ok: false; reason: string };
type Found<T> = ({ ok: true } & T) | { ok: false; reason: string };

export interface Downloads {
  wordpress: string;
  woocommerce: string;
}

const NEEDED_EXTENSIONS = ['pdo_sqlite', 'mbstring', 'dom', 'SimpleXML', 'fileinfo', 'ctype'];
const OLDEST_PHP = 80000; // PHP_VERSION_ID; what our plugin asks for is not less
const ONLINE_PATIENCE_MS = 5_000;
const repository = join(import.meta.dirname, '..', '..');
const resolveFrom = createRequire(import.meta.url).resolve;

/** The folder for what outlives one run: `${XDG_CACHE_HOME:-~/.cache}/ar-bridge`. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ar-bridge');
}

let answer: { key: string; availability: Availability } | undefined;

/**
 * Tells whether a real store can be had here, and how it would run. Asks the network only when there are no local copies; the
 * answer is kept for this process. `AR_BRIDGE_STORE=native-php|playground|none` decides by hand.
 */
export function storeAvailable(): Availability {
  const { AR_BRIDGE_STORE, AR_BRIDGE_WORDPRESS_DIR, AR_BRIDGE_WOOCOMMERCE_DIR } = process.env;
  const key = [AR_BRIDGE_STORE, AR_BRIDGE_WORDPRESS_DIR, AR_BRIDGE_WOOCOMMERCE_DIR, cacheFolder()].join('\n');
  if (answer?.key !== key) answer = { key, availability: findOut(AR_BRIDGE_STORE) };
  return answer.availability;
}

function findOut(wanted: string | undefined): Availability {
  if (wanted === 'none') return { ok: false, reason: 'switched off by AR_BRIDGE_STORE=none' };
  if (process.platform === 'win32') return { ok: false, reason: 'the store harness needs a POSIX shell' };
  const sources = localSources();
  if (!sources.ok && !(sources.mayDownload && online(pinnedDownloads().wordpress))) {
    return { ok: false, reason: sources.mayDownload ? `${sources.reason}, and wordpress.org cannot be reached` : sources.reason };
  }
  const native = nativePhp();
  if (wanted !== 'playground' && native.ok) return { ok: true, how: 'native-php' };
  if (wanted === 'native-php' && !native.ok) return native;
  return { ok: true, how: 'playground' };
}

/** The copies on this machine: from `AR_BRIDGE_WORDPRESS_DIR` and `AR_BRIDGE_WOOCOMMERCE_DIR`, else from the cache folder. */
export function localSources(): ({ ok: true } & StoreSources) | { ok: false; reason: string; mayDownload: boolean } {
  const wordpress = process.env.AR_BRIDGE_WORDPRESS_DIR || join(cacheFolder(), 'store', 'wordpress');
  const woocommerce = process.env.AR_BRIDGE_WOOCOMMERCE_DIR || join(cacheFolder(), 'store', 'woocommerce');
  const wordpressVersion = versionIn(join(wordpress, 'wp-includes', 'version.php'), /^\$wp_version = '(.+)';/m);
  const woocommerceVersion = versionIn(join(woocommerce, 'woocommerce.php'), /^ \* Version: *(\S+)/m);
  if (wordpressVersion && woocommerceVersion) return { ok: true, wordpress, woocommerce, wordpressVersion, woocommerceVersion };
  const [name, folder, variable] = wordpressVersion
    ? ['WooCommerce', woocommerce, 'AR_BRIDGE_WOOCOMMERCE_DIR']
    : ['WordPress', wordpress, 'AR_BRIDGE_WORDPRESS_DIR'];
  // A folder named by hand that holds nothing is a mistake to show, not a reason to download.
  return { ok: false, reason: `no ${name} in ${folder} (${variable})`, mayDownload: !process.env[variable] };
}

function versionIn(file: string, pattern: RegExp): string | null {
  return existsSync(file) ? (pattern.exec(readFileSync(file, 'utf8'))?.[1] ?? null) : null;
}

/** The WordPress and WooCommerce releases that `wp-env.json` pins: one place for both ways to a development store. */
export function pinnedDownloads(): Downloads {
  const config = JSON.parse(readFileSync(join(repository, 'wp-env.json'), 'utf8')) as { core: string; plugins: string[] };
  const woocommerce = config.plugins.find((plugin) => plugin.includes('/woocommerce.'));
  if (!woocommerce) throw new Error('wp-env.json names no WooCommerce zip.');
  return { wordpress: config.core, woocommerce };
}

function online(url: string): boolean {
  // A child process, because this question has to be answered synchronously (vitest decides about skipping while it collects).
  const ask = `fetch(process.argv[1], { method: 'HEAD', signal: AbortSignal.timeout(${ONLINE_PATIENCE_MS}) }).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
  return spawnSync(process.execPath, ['-e', ask, url], { timeout: ONLINE_PATIENCE_MS + 2_000 }).status === 0;
}

/** A PHP on this machine that can run WordPress on SQLite. */
export function nativePhp(): Found<{ version: string }> {
  const probe = spawnSync('php', ['-r', 'echo json_encode([PHP_VERSION, PHP_VERSION_ID, get_loaded_extensions()]);'], {
    encoding: 'utf8',
  });
  if (probe.status !== 0) return { ok: false, reason: 'no php on this machine' };
  const [version, id, loaded] = JSON.parse(probe.stdout) as [string, number, string[]];
  if (id < OLDEST_PHP) return { ok: false, reason: `php ${version} is older than 8.0` };
  const missing = NEEDED_EXTENSIONS.filter((name) => !loaded.some((have) => have.toLowerCase() === name.toLowerCase()));
  return missing.length === 0 ? { ok: true, version } : { ok: false, reason: `php ${version} lacks ${missing.join(', ')}` };
}

/** The program of WordPress Playground's command line. */
export function playgroundProgram(): string {
  return join(dirname(resolveFrom('@wp-playground/cli/package.json')), 'wp-playground.js');
}

/** The SQLite drop-in's zip, as WordPress Playground ships it. */
export function sqliteDropInZip(): Buffer {
  return readFileSync(join(dirname(resolveFrom('@wp-playground/cli/package.json')), 'sqlite-database-integration.zip'));
}

/**
 * Downloads WordPress and WooCommerce into the cache folder, once; later starts find them there as local copies.
 *
 * Fails   throws when a download is refused or is no zip; nothing half-unpacked stays
 */
export async function downloadSources(report: (line: string) => void, downloads: Downloads = pinnedDownloads()): Promise<void> {
  const store = join(cacheFolder(), 'store');
  mkdirSync(store, { recursive: true });
  for (const name of ['wordpress', 'woocommerce'] as const) {
    const target = join(store, name);
    if (existsSync(target)) continue;
    report(`Downloading ${downloads[name]} (once)`);
    const reply = await fetch(downloads[name]);
    if (!reply.ok) throw new Error(`${downloads[name]} answered ${reply.status}`);
    const partial = mkdtempSync(join(store, `.${name}-`));
    try {
      // Both zips hold one folder that is named like the product.
      for (const { name: file, data } of unpackZip(Buffer.from(await reply.arrayBuffer()))) {
        mkdirSync(dirname(join(partial, file)), { recursive: true });
        writeFileSync(join(partial, file), data);
      }
      // Another run may have been faster; theirs is as good.
      if (!existsSync(target)) renameSync(join(partial, name), target);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
}
