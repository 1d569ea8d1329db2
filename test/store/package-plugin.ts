import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { packZip, type ZipEntry } from './zip.ts';

const repository = join(import.meta.dirname, '..', '..');
const FOLDER = 'ar-bridge';
const FILES = ['ar-bridge.php', 'uninstall.php', 'readme.txt'];
const FOLDERS = ['src', 'build', 'languages'];

export interface PluginPackage {
  /** Paths inside the zip, sorted. */
  files: string[];
  bytes: number;
}

/**
 * Packs the plugin as a shop installs it: an allow-list, below one folder `ar-bridge/`. Equal files give equal bytes.
 *
 * In     outFile  where the zip goes; its folder is made
 *        plugin   the plugin's folder
 * Fails  throws when a file of the list is missing: an admin page that was not built must not ship
 */
export function packagePlugin(outFile: string, plugin: string = join(repository, 'plugin')): PluginPackage {
  const names = [...FILES, ...FOLDERS.flatMap((folder) => filesBelow(plugin, folder))];
  const entries: ZipEntry[] = names.map((name) => ({ name: `${FOLDER}/${name}`, data: content(plugin, name) }));
  // One licence for all parts: the repository's own.
  entries.push({ name: `${FOLDER}/LICENSE`, data: readFileSync(join(repository, 'LICENSE')) });
  const zip = packZip(entries);
  mkdirSync(dirname(outFile), { recursive: true });
  writeFileSync(outFile, zip);
  return { files: entries.map(({ name }) => name).toSorted(), bytes: zip.length };
}

function filesBelow(plugin: string, folder: string): string[] {
  const hint = folder === 'build' ? '; build the admin page first' : '';
  if (!existsSync(join(plugin, folder))) throw new Error(`The plugin has no ${folder}/${hint}.`);
  return readdirSync(join(plugin, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(plugin, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function content(plugin: string, name: string): Buffer {
  const file = join(plugin, name);
  if (!existsSync(file)) throw new Error(`The plugin has no ${name}.`);
  return readFileSync(file);
}
