import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pinnedDownloads } from './sources.ts';

const repository = join(import.meta.dirname, '..', '..');

interface WpEnvSource {
  type: string;
  basename: string;
  path: string;
  url?: string;
}

/** wp-env's home with the one thing it asks the network for, needed for its defaults even where the configuration pins a version. */
function wpEnvHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'wp-env-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const cache = join(home, createHash('md5').update(join(repository, 'wp-env.json')).digest('hex'));
  mkdirSync(cache);
  writeFileSync(join(cache, 'wp-env-cache.json'), JSON.stringify({ latestWordPressVersion: '6.9.1' }));
  return home;
}

it('wp-env reads wp-env.json: pinned WordPress and WooCommerce, WooCommerce before our plugin', { timeout: 30_000 }, () => {
  // In the repository's folder, as `wp-env start --config=wp-env.json` runs: relative sources count from the working directory.
  const load = `require('@wordpress/env/lib/config').loadConfig(process.cwd(), 'wp-env.json').then((c) => console.log(JSON.stringify(c)))`;
  const env = { ...process.env, WP_ENV_HOME: wpEnvHome() };
  const config = JSON.parse(execFileSync(process.execPath, ['-e', load], { cwd: repository, env, encoding: 'utf8' }));
  const { coreSource, pluginSources, phpVersion, config: constants } = config.env.development;
  const pinned = pinnedDownloads();

  expect(coreSource).toMatchObject({ type: 'zip', url: pinned.wordpress });
  expect(pinned.wordpress).toMatch(/\/wordpress-\d+\.\d+(\.\d+)?\.zip$/);
  const [woocommerce, ours] = pluginSources as WpEnvSource[];
  // The folder must be called so: our plugin says `Requires Plugins: woocommerce`.
  expect(woocommerce).toMatchObject({ type: 'zip', url: pinned.woocommerce, basename: 'woocommerce' });
  expect(pinned.woocommerce).toMatch(/\/woocommerce\.\d+\.\d+\.\d+\.zip$/);
  expect(ours).toMatchObject({ type: 'local', path: join(repository, 'plugin') });
  expect(existsSync(join(repository, 'plugin', 'ar-bridge.php'))).toBe(true);
  expect(pluginSources).toHaveLength(2);
  expect(phpVersion).toBe('8.2');
  expect(constants).toMatchObject({ WP_DEBUG: true, WP_DEBUG_LOG: true, WP_DEBUG_DISPLAY: false });
  expect(config.testsEnvironment).toBe(false);
});
