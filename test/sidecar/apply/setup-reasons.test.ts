import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SETUP_REASONS } from '../../../sidecar/apply/setup-reasons.ts';
import { FAULT_ROWS } from '../../../sidecar/oracle/fault-table.ts';

const SIDECAR = join(import.meta.dirname, '..', '..', '..', 'sidecar');
/** Where the work on an order may fail, as in test/sidecar/reconcile/reasons.test.ts. */
const FOLDERS = ['domain', 'derive', 'plan', 'apply', 'woocommerce'];
const STRING = String.raw`(?:'(?:[^'\\]|\\.)*'|"[^"]*"|${'`'}[^${'`'}]*${'`'})`;
/** A failure's code, message (also in several pieces) and action, as they stand in the source. */
const FAILURE = new RegExp(
  String.raw`(?:needsAttention|rejected)\(\s*'([a-z_]+\.[a-z_]+)',\s*${STRING}(?:\s*\+\s*${STRING})*,\s*(${STRING})`,
  'g',
);
/** The set-up of AR Bridge, or a value that is kept there. */
const SENDS_THERE = /set-up|default account|segment template|in Connections/i;
/** Other things by that name: an answer of Test set-up, what is set up in Oracle. */
const OTHER_SET_UPS = /"Test set-up"|tax set-up|the set-up they name/gi;
/** Only a person says that the cause is mended. */
const BY_A_PERSON = ['lane.closed', 'document.amount_differs'];

const failures = FOLDERS.flatMap((folder) => globSync(join(SIDECAR, folder, '**/*.ts'))).flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(FAILURE)].map(([, code = '', action = '']) => ({ code, action })),
);
const refusals = FAULT_ROWS.map(({ slug, action }) => ({ code: slug, action }));
const cured = [...failures, ...refusals]
  .filter(({ action }) => SENDS_THERE.test(action.replace(OTHER_SET_UPS, '')))
  .map(({ code }) => code);

it('reads the failures of the source', () => {
  expect(failures.length).toBeGreaterThan(40);
});

it('has a save of the set-up release every reason whose action sends people there, and no other', () => {
  const expected = [...new Set(cured)].filter((code) => !BY_A_PERSON.includes(code));
  expect(expected.filter((code) => !SETUP_REASONS.includes(code))).toEqual([]);
  expect(SETUP_REASONS.filter((code) => !expected.includes(code))).toEqual([]);
  expect(new Set(SETUP_REASONS).size).toBe(SETUP_REASONS.length);
});
