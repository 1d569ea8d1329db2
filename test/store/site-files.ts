import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type How, type StoreSources, sqliteDropInZip } from './sources.ts';
import { unpackZip } from './zip.ts';

/** One throw-away site: its folder, and what its wp-config.php says. */
export interface SitePlan {
  folder: string;
  home: string;
  secret: string;
  /** WP_DEBUG and its log. */
  debug: boolean;
  /** WP-Cron by page views. */
  cron: boolean;
}

/**
 * Lays out a site without a database: WordPress, wp-config.php, drop-in, must-use plugin, WooCommerce.
 * For native PHP, WordPress and WooCommerce are links into the shared copies; Playground follows no links, so WordPress (half a
 * second) is copied and WooCommerce is left to a mount.
 */
export function layOutSite(plan: SitePlan, sources: StoreSources, how: How): void {
  const content = join(plan.folder, 'wp-content');
  mkdirSync(join(content, 'database'), { recursive: true });
  mkdirSync(join(content, 'mu-plugins'));
  mkdirSync(join(content, 'uploads'));
  const place = how === 'native-php' ? symlinkSync : (from: string, to: string) => cpSync(from, to, { recursive: true });
  for (const name of readdirSync(sources.wordpress)) {
    if (name !== 'wp-content' && name !== 'wp-config.php') place(join(sources.wordpress, name), join(plan.folder, name));
  }
  place(join(sources.wordpress, 'wp-content', 'themes'), join(content, 'themes'));
  const woocommerce = join(content, 'plugins', 'woocommerce');
  mkdirSync(dirname(woocommerce));
  if (how === 'native-php') symlinkSync(sources.woocommerce, woocommerce);
  else mkdirSync(woocommerce);

  for (const { name, data } of unpackZip(sqliteDropInZip())) {
    const file = join(content, 'plugins', name.replace(/^[^/]+/, 'sqlite-database-integration'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, data);
    if (name.endsWith('/db.copy')) writeFileSync(join(content, 'db.php'), data);
  }
  cpSync(join(import.meta.dirname, 'php', 'harness.php'), join(content, 'mu-plugins', 'harness.php'));
  writeFileSync(join(plan.folder, 'wp-config.php'), wpConfig(plan));
}

function wpConfig({ home, secret, debug, cron }: SitePlan): string {
  const constants: Record<string, string | boolean> = {
    DB_NAME: 'wordpress',
    DB_USER: '',
    DB_PASSWORD: '',
    DB_HOST: '',
    DB_CHARSET: 'utf8mb4',
    DB_COLLATE: '',
    WP_HOME: home,
    WP_SITEURL: home,
    WP_ENVIRONMENT_TYPE: 'local',
    WP_DEBUG: debug,
    WP_DEBUG_LOG: debug,
    WP_DEBUG_DISPLAY: false,
    WP_MEMORY_LIMIT: '512M',
    FS_METHOD: 'direct',
    DISABLE_WP_CRON: !cron,
    AUTOMATIC_UPDATER_DISABLED: true,
    // Nothing leaves the machine; the site's own host (127.0.0.1, so also a sidecar there) stays reachable.
    WP_HTTP_BLOCK_EXTERNAL: true,
    AR_BRIDGE_HARNESS_SECRET: secret,
  };
  for (const name of ['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE']) {
    constants[`${name}_KEY`] = randomBytes(24).toString('base64');
    constants[`${name}_SALT`] = randomBytes(24).toString('base64');
  }
  const defines = Object.entries(constants).map(([name, value]) => `define( '${name}', ${phpLiteral(value)} );`);
  return `<?php\n${defines.join('\n')}\n$table_prefix = 'wp_';\ndefined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );\nrequire_once ABSPATH . 'wp-settings.php';\n`;
}

function phpLiteral(value: string | boolean): string {
  return typeof value === 'boolean' ? String(value) : `'${value.replace(/[\\']/g, '\\$&')}'`;
}
