import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The dependencies in an `x.asset.php` that @wordpress/scripts wrote. */
export function assetDependencies(assetFile: string): string[] {
  const list = /'dependencies' => array\(([^)]*)\)/.exec(readFileSync(assetFile, 'utf8'))?.[1] ?? '';
  return [...list.matchAll(/'([^']+)'/g)].map((match) => match[1] as string);
}

/** React and its like: handle -> dependencies, as wp_default_packages_vendor of WordPress 6.9 registers them. */
const VENDOR: Record<string, string[]> = {
  react: [],
  'react-dom': ['react'],
  'react-jsx-runtime': ['react'],
  moment: [],
  lodash: [],
  'wp-polyfill': [],
};

/**
 * The scripts of WordPress that a set of handles needs, as wp_enqueue_script would print them: each after what it depends on.
 *
 * Out  paths below the WordPress folder; the readable ones rather than the minified, because React warns in those only
 */
export function scriptsFor(wordpress: string, handles: string[]): string[] {
  const packages = readFileSync(join(wordpress, 'wp-includes/assets/script-loader-packages.php'), 'utf8');
  const dependenciesOf = (handle: string): string[] => {
    if (handle in VENDOR) return VENDOR[handle] as string[];
    const entry = new RegExp(`'${handle.replace(/^wp-/, '')}\\.js' => array\\('dependencies' => array\\(([^)]*)\\)`).exec(
      packages,
    );
    if (!entry) throw new Error(`WordPress has no script called ${handle}`);
    return [...(entry[1] ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1] as string);
  };
  const ordered: string[] = [];
  const add = (handle: string) => {
    if (ordered.includes(handle)) return;
    for (const needed of dependenciesOf(handle)) add(needed);
    ordered.push(handle);
  };
  handles.forEach(add);
  return ordered.map((handle) =>
    handle in VENDOR ? `wp-includes/js/dist/vendor/${handle}.js` : `wp-includes/js/dist/${handle.replace(/^wp-/, '')}.js`,
  );
}
