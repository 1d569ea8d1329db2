import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { RunPhp } from './inside.ts';

/**
 * Installs a plugin and activates it: a zip through WordPress's own upgrader, as an owner uploads it; a folder by copying it below
 * the name of its main file.
 *
 * In     content  wp-content of the site, as this process sees it
 * Out    the plugin as WordPress names it, `ar-bridge/ar-bridge.php`
 * Fails  throws with WordPress's words when it refuses the zip or the activation (a fatal error in the plugin, a missing WooCommerce)
 */
export async function installPlugin(php: RunPhp, content: string, from: string): Promise<string> {
  const plugin = statSync(from).isDirectory() ? copyFolder(content, from) : await upgradeFromZip(php, content, from);
  await php(
    `require_once ABSPATH . 'wp-admin/includes/plugin.php';
    wp_cache_delete( 'plugins', 'plugins' );
    $result = activate_plugin( $args );
    if ( is_wp_error( $result ) ) { throw new Exception( $result->get_error_message() . ' ' . wp_json_encode( $result->get_error_data() ) ); }`,
    plugin,
  );
  return plugin;
}

function copyFolder(content: string, from: string): string {
  const main = readdirSync(from).find(
    (name) => extname(name) === '.php' && /^[ \t*/#]*Plugin Name:/m.test(readFileSync(join(from, name), 'utf8')),
  );
  if (!main) throw new Error(`No plugin in ${from}: no PHP file there names one.`);
  const slug = basename(main, '.php');
  const target = join(content, 'plugins', slug);
  if (existsSync(target)) throw new Error(`The site has a plugin "${slug}" already.`);
  // What a developer's folder holds besides the plugin stays out.
  cpSync(from, target, { recursive: true, filter: (file) => !/[/\\](node_modules|vendor|\.git)$/.test(file) });
  return `${slug}/${main}`;
}

async function upgradeFromZip(php: RunPhp, content: string, zip: string): Promise<string> {
  const upload = `upload-${Date.now()}.zip`;
  cpSync(zip, join(content, 'uploads', upload));
  return php<string>(
    `require_once ABSPATH . 'wp-admin/includes/plugin.php';
    require_once ABSPATH . 'wp-admin/includes/file.php';
    require_once ABSPATH . 'wp-admin/includes/misc.php';
    require_once ABSPATH . 'wp-admin/includes/class-wp-upgrader.php';
    $skin     = new Automatic_Upgrader_Skin();
    $upgrader = new Plugin_Upgrader( $skin );
    $result   = $upgrader->install( WP_CONTENT_DIR . '/uploads/' . $args );
    if ( true !== $result ) { throw new Exception( 'The upgrader refused the zip: ' . implode( ' ', $skin->get_upgrade_messages() ) ); }
    return $upgrader->plugin_info();`,
    upload,
  );
}
