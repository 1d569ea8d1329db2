import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainText } from './inside.ts';

/** The site's debug log so far; empty when nothing was written. */
export function readDebugLog(folder: string): string {
  const file = join(folder, 'wp-content', 'debug.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Queries that failed, in plain words: SQL which the site's database refuses is never an accident of a test. */
export function databaseErrors(folder: string): string[] {
  // Without WP_DEBUG_LOG the same entries go to the server's log.
  const serverLog = join(folder, 'server.log');
  const text = readDebugLog(folder) + (existsSync(serverLog) ? readFileSync(serverLog, 'utf8') : '');
  return text
    .split(/\n(?=\[)/) // an entry starts with its date in brackets and may have many lines
    .filter((entry) => entry.includes('WordPress database error'))
    .map((entry) => plainText(entry).slice(0, 800));
}
