import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { assetDependencies } from './wordpress-files.ts';

const BUILD = fileURLToPath(new URL('../../../plugin/build/', import.meta.url));
const built = existsSync(`${BUILD}admin.js`);
/** Plugin Check's limit for the scripts and styles of one page. */
const LIMIT_KB = 293;

describe.skipIf(!built)(
  built ? 'what is shipped' : 'what is shipped [skipped: the admin page is not built (npm run build)]',
  () => {
    it.each(['admin', 'order'])('%s.js with its style stays below Plugin Check’s limit', (entry) => {
      const kilobytes = (statSync(`${BUILD}${entry}.js`).size + statSync(`${BUILD}${entry}.css`).size) / 1024;
      console.log(`${entry}: ${kilobytes.toFixed(0)} KB of ${LIMIT_KB}`);
      expect(kilobytes).toBeLessThan(LIMIT_KB);
    });

    it('takes React and WordPress’s packages from the host', () => {
      expect(assetDependencies(`${BUILD}admin.asset.php`)).toEqual(
        expect.arrayContaining(['react-jsx-runtime', 'wp-api-fetch', 'wp-components', 'wp-data', 'wp-element', 'wp-i18n']),
      );
    });

    it('names no address of a developer’s machine, and evaluates no text as code', () => {
      for (const entry of ['admin', 'order']) {
        expect(readFileSync(`${BUILD}${entry}.js`, 'utf8')).not.toMatch(/localhost|127\.0\.0\.1|\beval\(/);
      }
    });
  },
);
