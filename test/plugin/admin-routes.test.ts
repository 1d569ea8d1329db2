import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REFERENCE_LISTS } from '../../sidecar/apply/ports.ts';
import { ADMIN_ROUTES } from '../../sidecar/http/admin-contract.ts';

const source = readFileSync(join(import.meta.dirname, '../../plugin/src/Rest/AdminRoutes.php'), 'utf8');
const allowed = [...source.matchAll(/array\( '([A-Z]+)', '(\/[^']*)' \)/g)].map(([, method, path]) => `${method} ${path}`);

describe('the proxy of the plugin', () => {
  it('lets through the routes of the admin contract, all of them and no other', () => {
    expect(allowed).toHaveLength(ADMIN_ROUTES.length);
    expect(allowed.sort()).toEqual(ADMIN_ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('knows what stands for each parameter of a path', () => {
    const patterns = new Map(
      [...source.matchAll(/'(:[a-z]+)'\s*=> '\(\?P<[a-z]+>(.*)\)'/g)].map(([, name, pattern]) => [
        name,
        new RegExp(`^${pattern}$`),
      ]),
    );
    const parameters = new Set(allowed.flatMap((route) => route.match(/:[a-z]+/g) ?? []));
    expect([...patterns.keys()].sort()).toEqual([...parameters].sort());
    for (const list of REFERENCE_LISTS) expect(patterns.get(':list')?.test(list), list).toBe(true);
    for (const bad of ['..', 'a/b', '', '%2e']) expect(patterns.get(':list')?.test(bad), bad).toBe(false);
    for (const [id, good] of Object.entries({ '1': true, '42': true, '0': false, '-1': false, '1e3': false, '01': false })) {
      expect(patterns.get(':id')?.test(id), id).toBe(good);
    }
    const customers = { 'user-12': true, [`mail-${'0a'.repeat(16)}`]: true, 'user:12': false, csv: false, 'mail-../x': false };
    for (const [id, good] of Object.entries(customers)) expect(patterns.get(':customer')?.test(id), id).toBe(good);
  });
});
