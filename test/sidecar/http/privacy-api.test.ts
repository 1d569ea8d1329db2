import { expect, it } from 'vitest';
import { ADMIN_ROUTES } from '../../../sidecar/http/admin-contract.ts';
import { PRIVACY_ROUTES } from '../../../sidecar/http/privacy-api.ts';
import { paired, request, testSidecar } from '../support/sidecar.ts';

const ADA = { email: 'ada@example.org', customerIds: [12] };

it('personal data is shown and erased for the paired plugin alone', async () => {
  const sidecar = await paired(await testSidecar());
  const path = '/v1/admin/privacy/export';
  expect((await request(sidecar.url, 'POST', path, JSON.stringify(ADA))).status).toBe(401);
  expect((await request(sidecar.url, 'POST', '/v1/admin/privacy/erase', JSON.stringify(ADA))).status).toBe(401);
  expect(await sidecar.send('POST', path, { ...ADA, page: 1 })).toEqual({ status: 200, body: { items: [], done: true } });
  expect(await sidecar.send('POST', '/v1/admin/privacy/erase', ADA)).toEqual({
    status: 200,
    body: { customers: 0, orders: 0, accounts: [], done: true },
  });
});

it.each([{}, { email: '' }, { email: 'a@b.example', customerIds: ['12'] }, { ...ADA, page: 0 }, { ...ADA, more: 1 }])(
  'a request that is none is refused: %j',
  async (body) => {
    const sidecar = await paired(await testSidecar());
    expect((await sidecar.send('POST', '/v1/admin/privacy/export', body)).status).toBe(400);
  },
);

it('the page of the plugin has no way to these routes', () => {
  const open = new Set<string>(ADMIN_ROUTES.map(({ path }) => path));
  expect(PRIVACY_ROUTES.filter(({ path }) => open.has(path))).toEqual([]);
});
