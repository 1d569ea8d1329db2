import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeStore, STORE_START_MS } from './describe-store.ts';
import { packagePlugin } from './package-plugin.ts';
import { startStore } from './store.ts';
import { unpackZip } from './zip.ts';

const scratch = mkdtempSync(join(tmpdir(), 'package-plugin-'));
afterAll(() => rmSync(scratch, { recursive: true }));

// Just enough to be installed; our own plugin's zip is installed by the tests of the whole product.
const MAIN = `<?php
/**
 * Plugin Name: AR Bridge
 * Requires Plugins: woocommerce
 * Version: 9.9.9
 */
defined( 'ABSPATH' ) || exit;
add_filter( 'harness_test', fn() => WC()->version . ' seen by ' . plugin_basename( __FILE__ ) );
`;

function pluginFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(scratch, 'plugin-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const WHOLE = {
  'ar-bridge.php': MAIN,
  'uninstall.php': '<?php',
  'readme.txt': '=== AR Bridge ===',
  'src/Plugin.php': '<?php',
  'src/Rest/Route.php': '<?php',
  'build/admin.js': '1',
  'languages/ar-bridge.pot': '',
};

describe('the plugin as a zip', () => {
  it('holds what a shop needs below one folder, and nothing a developer left there', () => {
    const stray = { ...WHOLE, 'src/.DS_Store': '', 'node_modules/x.js': '', 'vendor/autoload.php': '', 'composer.json': '{}' };
    const out = join(scratch, 'deep', 'ar-bridge.zip');
    const { files } = packagePlugin(out, pluginFolder(stray));
    expect(files).toEqual(unpackZip(readFileSync(out)).map(({ name }) => name));
    expect(files).toEqual([
      'ar-bridge/LICENSE',
      'ar-bridge/ar-bridge.php',
      'ar-bridge/build/admin.js',
      'ar-bridge/languages/ar-bridge.pot',
      'ar-bridge/readme.txt',
      'ar-bridge/src/Plugin.php',
      'ar-bridge/src/Rest/Route.php',
      'ar-bridge/uninstall.php',
    ]);
  });

  it('is the same bytes for the same files', () => {
    const [one, two] = [join(scratch, '1.zip'), join(scratch, '2.zip')];
    packagePlugin(one, pluginFolder(WHOLE));
    packagePlugin(two, pluginFolder(WHOLE));
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  });

  it('is not made without the built admin page or the readme', () => {
    const { 'build/admin.js': _, ...unbuilt } = WHOLE;
    expect(() => packagePlugin(join(scratch, 'x.zip'), pluginFolder(unbuilt))).toThrow('no build/; build the admin page first');
    const { 'readme.txt': __, ...unread } = WHOLE;
    expect(() => packagePlugin(join(scratch, 'x.zip'), pluginFolder(unread))).toThrow('no readme.txt');
  });
});

describeStore('a store', () => {
  it('installs the zip through its own upgrader, and a folder by copying it', { timeout: STORE_START_MS }, async () => {
    await using store = await startStore();
    const zip = join(scratch, 'install.zip');
    packagePlugin(zip, pluginFolder(WHOLE));
    expect(await store.installPlugin(zip)).toBe('ar-bridge/ar-bridge.php');
    const seen = `return apply_filters( 'harness_test', 'nothing' );`;
    expect(await store.php(seen)).toBe(`${store.versions.woocommerce} seen by ar-bridge/ar-bridge.php`);

    const other = pluginFolder({ 'other.php': MAIN.replace('AR Bridge', 'Other'), 'node_modules/x.js': '' });
    expect(await store.installPlugin(other)).toBe('other/other.php');
    expect(await store.php(seen)).toContain('seen by other/other.php');

    const broken = pluginFolder({ 'broken.php': MAIN.replace('add_filter', 'no_such_function') });
    await expect(store.installPlugin(broken)).rejects.toThrow('no_such_function');
  });
});
