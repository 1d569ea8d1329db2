import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseErrors } from './debug-log.ts';
import { insidePhp, plainText } from './inside.ts';
import { freePort, startServer } from './server.ts';
import { layOutSite } from './site-files.ts';
import { cacheFolder, type How, type StoreSources, sqliteDropInZip } from './sources.ts';

const KEPT_UNUSED_MS = 7 * 86_400_000;
const DATABASE_FILE = '.ht.sqlite'; // the drop-in's default name

/**
 * The template: the database of a site that is installed and set up, made once per WordPress, WooCommerce, drop-in and harness and
 * kept in the cache folder. Each store starts from a copy of it, which spares it the installation.
 *
 * Out   the folder to copy to `wp-content/database`
 */
export async function ensureTemplate(how: How, sources: StoreSources, report: (line: string) => void): Promise<string> {
  const templates = join(cacheFolder(), 'store-templates');
  const template = join(templates, `wp${sources.wordpressVersion}-wc${sources.woocommerceVersion}-${fingerprint()}`);
  if (existsSync(template)) {
    utimesSync(template, new Date(), new Date()); // in use, see forgetOld
    return template;
  }
  report(`Installing WordPress ${sources.wordpressVersion} with WooCommerce ${sources.woocommerceVersion} (once)`);
  mkdirSync(templates, { recursive: true });
  const partial = mkdtempSync(join(templates, '.making-'));
  await install(partial, how, sources);
  try {
    renameSync(partial, template);
  } catch (error) {
    // Someone else was faster; theirs is as good.
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(template)) throw error;
  }
  forgetOld(templates);
  return template;
}

/** Templates of former releases, and those that were never finished. */
function forgetOld(templates: string): void {
  for (const name of readdirSync(templates)) {
    const path = join(templates, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_UNUSED_MS) rmSync(path, { recursive: true, force: true });
  }
}

// What a template depends on, next to the two versions.
function fingerprint(): string {
  const hash = createHash('sha256').update(sqliteDropInZip());
  const php = join(import.meta.dirname, 'php');
  for (const name of ['harness.php', 'set-up.php']) hash.update(readFileSync(join(php, name)));
  return hash
    .update(readFileSync(import.meta.filename))
    .digest('hex')
    .slice(0, 12);
}

async function install(into: string, how: How, sources: StoreSources): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ar-bridge-template-'));
  const port = await freePort();
  const home = `http://127.0.0.1:${port}`;
  const secret = randomBytes(16).toString('hex');
  layOutSite({ folder, home, secret, debug: true, cron: false }, sources, how);
  const server = await startServer(folder, port, how, sources);
  try {
    await installWordPress(home);
    const php = insidePhp(home, secret);
    // Activation makes the tables; what follows needs a request in which WooCommerce was there from the start.
    await php(`require_once ABSPATH . 'wp-admin/includes/plugin.php';
      $result = activate_plugin( 'woocommerce/woocommerce.php' );
      if ( is_wp_error( $result ) ) { throw new Exception( $result->get_error_message() ); }`);
    await php({ file: join(import.meta.dirname, 'php', 'set-up.php') });
    // All of the database in its one file, so that a copy is whole.
    await php(`$GLOBALS['@pdo']->query( 'PRAGMA wal_checkpoint(TRUNCATE)' );`);
    const errors = databaseErrors(folder);
    if (errors.length > 0) throw new Error(`The installation met database errors:\n${errors.join('\n')}`);
    cpSync(join(folder, 'wp-content', 'database', DATABASE_FILE), join(into, DATABASE_FILE));
  } finally {
    await server.stop();
  }
}

// WordPress's own installer, as a person would send its form.
async function installWordPress(home: string): Promise<void> {
  const password = randomBytes(12).toString('base64url');
  const reply = await fetch(`${home}/wp-admin/install.php?step=2`, {
    method: 'POST',
    body: new URLSearchParams({
      weblog_title: 'Harbor Street Coffee',
      user_name: 'admin',
      admin_password: password,
      admin_password2: password,
      admin_email: 'owner@harborstreet.example',
      blog_public: '0',
    }),
  });
  const page = await reply.text();
  if (!page.includes('Success!')) throw new Error(`WordPress was not installed: ${plainText(page).slice(0, 500)}`);
}
