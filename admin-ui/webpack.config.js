import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import wordpress from '@wordpress/scripts/config/webpack.config.js';

const here = dirname(fileURLToPath(import.meta.url));

/** Plugin Check refuses more bytes of scripts and styles on one page. */
const PLUGIN_CHECK_LIMIT = 293 * 1024;

/**
 * Builds the admin page and the order screen's script into plugin/build, where PHP enqueues them with their `.asset.php`.
 * `@wordpress/*` and React come from the host (dependency extraction of @wordpress/scripts); zod, the icons and our own code are bundled.
 * Run: wp-scripts build --config admin-ui/webpack.config.js
 */
export default {
  ...wordpress,
  entry: { admin: resolve(here, 'src/admin.tsx'), order: resolve(here, 'src/order.tsx') },
  // A chunk's address carries its content: an update of the plugin is never mixed with a cached part of the old one.
  output: { ...wordpress.output, chunkFilename: '[name].js?ver=[contenthash]', path: resolve(here, '../plugin/build') },
  performance: {
    hints: wordpress.mode === 'production' && 'error',
    maxAssetSize: PLUGIN_CHECK_LIMIT,
    maxEntrypointSize: PLUGIN_CHECK_LIMIT,
    // A page loads its style once: as it is, or turned around.
    assetFilter: (file) => /\.(js|css)$/.test(file) && !file.endsWith('-rtl.css'),
  },
};
