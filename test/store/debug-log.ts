import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The site's debug log so far; empty when nothing was written. */
export function readDebugLog(folder: string): string {
  const file = join(folder, 'wp-content', 'debug.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Queries that failed: SQL which the site's database refuses is never an accident of a test. */
export function databaseErrors(folder: string): string[] {
  // Without WP_DEBUG_LOG the same lines go to the server's log.
  const serverLog = join(folder, 'server.log');
  const text = readDebugLog(folder) + (existsSync(serverLog) ? readFileSync(serverLog, 'utf8') : '');
  return text.split('\n').filter((line) => line.includes('WordPress database error'));
}
