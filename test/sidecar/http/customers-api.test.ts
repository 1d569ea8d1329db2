import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { ok } from '../../../sidecar/domain/failures.ts';
import { HttpProblem } from '../../../sidecar/http/api-error.ts';
import { customersHandlers } from '../../../sidecar/http/customers-api.ts';
import { CUSTOMERS_ROUTES } from '../../../sidecar/http/customers-contract.ts';
import { startSandbox } from '../../../sidecar/sandbox/start.ts';
import { CLIENT, SEED } from '../oracle/seed.ts';
import { CustomerDesk } from '../support/customer-desk.ts';
import { PAIR, paired, testSidecar } from '../support/sidecar.ts';
import { startFakeWooCommerce } from '../woocommerce/support/fake-woocommerce.ts';

const ADA = { email: 'ada@example.org' };
const BOB = { firstName: 'Bob', lastName: 'Hopper', email: 'bob@example.org' };
const CAFE = { company: 'Café Uno' };

let desk = new CustomerDesk();
afterEach(() => {
  desk = new CustomerDesk();
});

/** Calls a handler as server.ts does: request and answer go through the contract. */
async function call(route: string, { params = {}, query = {}, body }: { params?: object; query?: object; body?: unknown } = {}) {
  const handlers = customersHandlers({
    store: desk.store,
    ...desk.tools(),
    directory: desk.directory,
    shop: { findCustomers: async () => ok([]) },
    trailOf: () => desk.trail,
  });
  return callOn(handlers, route, { params, query, body });
}
async function callOn(
  handlers: ReturnType<typeof customersHandlers>,
  route: string,
  { params = {}, query = {}, body }: { params?: object; query?: object; body?: unknown },
) {
  const found = CUSTOMERS_ROUTES.find(({ method, path }) => `${method} ${path}` === route);
  if (!found) throw new Error(`no route ${route}`);
  const parsed = {
    params: params as Record<string, string>,
    query: 'query' in found ? found.query.parse(query) : query,
    body: 'body' in found ? found.body.parse(body) : body,
    actor: 'maria',
  };
  const answer = await handlers[route as keyof typeof handlers](parsed);
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  return found.answer.parse(answer) as any;
}
async function refusal(route: string, request: Parameters<typeof call>[1] = {}) {
  const problem = await call(route, request).then(
    () => null,
    (error: unknown) => error,
  );
  expect(problem).toBeInstanceOf(HttpProblem);
  return (problem as HttpProblem).body.error.code;
}
const only = async (search: string) => {
  const { customers } = await call('GET /customers', { query: { search } });
  expect(customers).toHaveLength(1);
  return customers[0];
};

describe('the list of customers', () => {
  it('says which account each has, how it was found, and who waits', async () => {
    desk.directory.plant({ name: 'Bob Hopper', email: 'other@example.org' });
    const account = await desk.account(ADA);
    await desk.account({ ...BOB, id: 7 });
    const { customers, counts, total } = await call('GET /customers');
    expect(counts).toEqual({ mapped: 1, waiting: 1, problems: 1, waitingOrders: 1 });
    expect(total).toBe(2);
    expect(customers).toMatchObject([
      { id: 'user-7', kind: 'store customer', customerId: 7, account: null, waiting: 1, problem: { code: 'customer.name_only' } },
      { kind: 'guest', label: 'ada@example.org', account: { number: account }, foundBy: 'created', waiting: 0, problem: null },
    ]);
    expect((await call('GET /customers', { query: { show: 'waiting' } })).customers).toHaveLength(1);
    for (const search of ['ada@', account, 'byron']) expect((await only(search)).account.number).toBe(account);
    expect((await only('7')).id).toBe('user-7');
  });

  it('knows no customer that is not there, and no odd ids', async () => {
    for (const customer of ['user-99', 'mail-0', 'user:7', '../x']) {
      expect(await refusal('GET /customers/:customer', { params: { customer } })).toBe('customer.unknown');
    }
  });
});

describe('a link by hand', () => {
  it('lets exactly the orders of that customer go on, under the account that was chosen', async () => {
    const theirs = desk.directory.plant({ name: 'Ada Byron', email: 'x@example.org' });
    desk.directory.plant({ name: 'Bob Hopper', email: 'y@example.org' });
    const first = desk.orderOf({ ...ADA, id: 12 });
    const second = desk.orderOf({ ...ADA, id: 12 });
    const others = desk.orderOf(BOB);
    for (const order of [first, second, others]) expect(await desk.account(order)).toBe('customer.name_only');

    const { customer, released } = await call('POST /customers/:customer/link', {
      params: { customer: 'user-12' },
      body: { accountNumber: theirs },
    });
    expect(released).toBe(2);
    expect(customer).toMatchObject({
      account: { number: theirs },
      foundBy: 'person',
      linkedBy: 'maria',
      problem: null,
      waiting: 0,
    });
    expect(desk.queued().toSorted()).toEqual([first.id, second.id]);
    expect(await desk.account(first)).toBe(theirs);
    expect(await desk.account(desk.orderOf({ ...ADA, id: 12 }))).toBe(theirs);
    expect(await desk.account(others)).toBe('customer.name_only');
    expect(desk.store.customers.untold(10)).toEqual([{ customerId: 12, accountNumbers: [theirs] }]);
  });

  it('is for the person: the guest they were and the e-mails they had follow', async () => {
    const made = await desk.account(ADA);
    await desk.profile(12, ADA);
    await desk.profile(12, { email: 'new@example.org' });
    expect(await desk.account({ email: 'new@example.org' })).toBe(made);
    const theirs = desk.directory.plant({ name: 'A. Byron' });
    await call('POST /customers/:customer/link', { params: { customer: 'user-12' }, body: { accountNumber: theirs } });
    for (const person of [ADA, { email: 'new@example.org' }, { id: 12, email: 'new@example.org' }]) {
      expect(await desk.account(person)).toBe(theirs);
    }
    expect((await call('GET /customers/merge-hints')).hints).toEqual([]);
  });

  it('does not change an account that Oracle knows better', async () => {
    const theirs = desk.directory.plant({ name: 'A. Byron' });
    await call('POST /customers/:customer/link', { params: { customer: 'user-12' }, body: { accountNumber: theirs } });
    await desk.profile(12, { ...ADA, lastName: 'Lovelace' });
    await desk.account({ ...ADA, id: 12, lastName: 'Lovelace' });
    expect(desk.directory.calls.filter((each) => each.startsWith('update'))).toEqual([]);
  });

  it('to an account that Oracle does not show is refused, and nothing changes', async () => {
    const account = await desk.account({ ...ADA, id: 12 });
    const link = { params: { customer: 'user-12' }, body: { accountNumber: '99999' } };
    expect(await refusal('POST /customers/:customer/link', link)).toBe('customer.account_unknown');
    expect(await desk.account({ ...ADA, id: 12 })).toBe(account);
  });

  it('bills a purchase that names nobody', async () => {
    const theirs = desk.directory.plant({ name: 'Walk-in' });
    const nobody = desk.orderOf({ firstName: '', lastName: '', email: '' });
    expect(await desk.account(nobody)).toBe('customer.nameless');
    const customer = `order-${nobody.id}`;
    expect(await refusal('POST /customers/:customer/new-account', { params: { customer } })).toBe('customer.not_asked');
    const done = await call('POST /customers/:customer/link', { params: { customer }, body: { accountNumber: theirs } });
    expect(done).toMatchObject({ released: 1, customer: { kind: 'order', orderId: nobody.id } });
    expect(await desk.account(nobody)).toBe(theirs);
  });

  it('waits for the order that is making an account for the same customer', async () => {
    const theirs = desk.directory.plant({ name: 'A. Byron' });
    const making = desk.bill({ ...ADA, id: 12 });
    await call('POST /customers/:customer/link', { params: { customer: 'user-12' }, body: { accountNumber: theirs } });
    expect((await making).ok).toBe(true);
    expect(await desk.account({ ...ADA, id: 12 })).toBe(theirs);
  });
});

describe('undoing and answering', () => {
  it('an unlinked customer is looked up again at the next order, and the history says who did what', async () => {
    const theirs = desk.directory.plant({ name: 'A. Byron' });
    const link = { params: { customer: 'user-12' }, body: { accountNumber: theirs } };
    await call('POST /customers/:customer/link', link);
    const { customer } = await call('POST /customers/:customer/unlink', { params: link.params });
    expect(customer).toMatchObject({ account: null, history: [{ accountNumber: null, by: 'maria' }, { accountNumber: theirs }] });
    expect(await refusal('POST /customers/:customer/unlink', { params: link.params })).toBe('customer.not_linked');
    expect(desk.store.customers.untold(10)).toEqual([]);
    expect(await desk.account({ ...ADA, id: 12 })).not.toBe(theirs);
  });

  it('two companies of one name are shown, and a new account is made where a person says so', async () => {
    const planted = [1, 2].map(() => desk.directory.plant({ kind: 'organization', name: 'CAFÉ UNO' }));
    const orders = [desk.orderOf({ ...CAFE, id: 3 }), desk.orderOf({ ...CAFE, id: 3 })];
    for (const order of orders) expect(await desk.account(order)).toBe('customer.ambiguous');
    const params = { customer: 'user-3' };
    const shown = await call('GET /customers/:customer', { params });
    expect(shown.problem.candidates.map((each: { accountNumber: string }) => each.accountNumber)).toEqual(planted);
    expect(shown.waitingOrders.map((each: { orderId: number }) => each.orderId)).toEqual(orders.map(({ id }) => id));
    expect((await call('POST /customers/:customer/new-account', { params })).released).toBe(2);
    expect(desk.queued().toSorted()).toEqual(orders.map(({ id }) => id));
    const accounts = [await desk.account(orders[0] ?? ADA), await desk.account(orders[1] ?? ADA)];
    expect(new Set(accounts).size).toBe(1);
    expect(planted).not.toContain(accounts[0]);
  });

  it('one mailbox written in two ways is a hint, and one link settles it', async () => {
    await desk.account({ ...ADA });
    await desk.account({ email: 'ada+shop@example.org', firstName: 'A.' });
    const { hints } = await call('GET /customers/merge-hints');
    expect(hints).toMatchObject([{ why: 'mailbox', customers: [{ kind: 'guest' }, { kind: 'guest' }] }]);
    const [one, other] = hints[0].customers;
    await call('POST /customers/:customer/link', {
      params: { customer: one.id },
      body: { accountNumber: other.account.number },
    });
    expect((await call('GET /customers/merge-hints')).hints).toEqual([]);
  });
});

describe('search in Oracle', () => {
  it('names the customers that are billed to an account already', async () => {
    const account = await desk.account({ ...ADA, id: 12 });
    desk.directory.plant({ name: 'Ada Byron-Smith', account: null });
    const { accounts } = await call('GET /customers/oracle', { query: { search: 'ada' } });
    expect(accounts).toMatchObject([{ number: account, name: 'Ada Byron' }]);
    expect(accounts[0].billed.map((each: { id: string }) => each.id)).toContain('user-12');
  });
});

describe('a file of links', () => {
  /** Like call, on handlers that remember the file. */
  const desktop = () => {
    const handlers = customersHandlers({
      store: desk.store,
      ...desk.tools(),
      directory: desk.directory,
      shop: { findCustomers: async () => ok([]) },
      trailOf: () => desk.trail,
    });
    return {
      ask: (route: string, body?: unknown) => callOn(handlers, route, { body }),
      until: async (state: string) => {
        for (let turn = 0; turn < 200; turn += 1) {
          const { job } = await callOn(handlers, 'GET /customers/import', {});
          if (job.state === state) return job;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        throw new Error(`never ${state}`);
      },
    };
  };

  it('is looked up first, shows what it would do and which rows are wrong, and then links the others', async () => {
    const [first, second] = [desk.directory.plant({ name: 'Ada B.' }), desk.directory.plant({ name: 'Bob H.' })];
    const order = desk.orderOf({ ...BOB, email: 'bob2@example.org' });
    desk.directory.plant({ name: 'Bob Hopper', email: 'z@example.org' });
    expect(await desk.account(order)).toBe('customer.name_only');
    const { ask, until } = desktop();
    const lines = [
      'customerId;email;vatNumber;accountNumber;remark',
      `12;;;${first};two first columns would do`,
      `;BOB2@example.org;;${second};`,
      ';nobody;;50001;',
      `12;;;${second};`,
      ';carol@example.org;;77777;',
      ';;;50001;',
      '13;;;;',
      `;;DE 123456789;${first};`,
    ];
    await ask('POST /customers/import', { text: lines.join('\r\n') });
    const checked = await until('checked');
    expect(checked.rows).toMatchObject([
      { line: 2, who: '#12', accountNumber: first, was: null, accountName: 'Ada B.' },
      { line: 3, who: 'bob2@example.org', accountNumber: second, accountName: 'Bob H.' },
      { line: 9, who: 'DE123456789', accountNumber: first },
    ]);
    expect(checked.errors.map(({ line, column }: { line: number; column: string }) => [line, column])).toEqual([
      [4, 'email'],
      [5, 'customerId'],
      [6, 'accountNumber'],
      [7, ''],
      [8, 'accountNumber'],
    ]);
    expect(desk.store.customers.get('user:12')).toBeNull();

    await ask('POST /customers/import/commit', { id: checked.id });
    expect(await until('done')).toMatchObject({ done: 3, released: 1 });
    expect(desk.queued()).toEqual([order.id]);
    expect(await desk.account(order)).toBe(second);
    expect(await desk.account({ ...ADA, id: 12 })).toBe(first);
    expect(desk.store.customers.get('user:12')).toMatchObject({ foundBy: 'import', linkedBy: 'maria' });
    await expect(ask('POST /customers/import/commit', { id: checked.id })).rejects.toThrow('no checked file');
  });

  it('that was exported comes back as it is', async () => {
    await desk.account({ ...ADA, id: 12 });
    await desk.account({ ...BOB, email: "o'=x@example.org" });
    const text = await call('GET /customers/csv');
    const { ask, until } = desktop();
    await ask('POST /customers/import', { text });
    expect(await until('checked')).toMatchObject({ changes: 0, same: 3, faulty: 0 });
    expect(text.split('\r\n')[0]).toContain('accountNumber');
  });

  it.each([
    ['', /empty/],
    ['customerId,email\r\n1,a@b', /missing/],
    ['accountNumber\r\n40001', /needed/],
  ])('that cannot be read says why: %j', async (text, message) => {
    const { ask, until } = desktop();
    await ask('POST /customers/import', { text: text || '\r\n' });
    const job = await until('checked');
    expect(job.errors[0].message).toMatch(message);
    expect(job.changes).toBe(0);
  });

  it('is not offered half-checked where Oracle goes away', async () => {
    desk.directory.failures.set('findAccount', {
      kind: 'retryable',
      code: 'oracle.unavailable',
      message: 'Oracle is away.',
      outcomeUnknown: false,
      endpoint: true,
    });
    const { ask, until } = desktop();
    await ask('POST /customers/import', { text: 'customerId,accountNumber\r\n12,50001' });
    expect(await until('failed')).toMatchObject({ failure: 'Oracle is away.' });
  });
});

it('over HTTP, against the sandbox: search both sides, link, see it in the list and in the file', async () => {
  const [pod, shop] = [await startSandbox({ seed: SEED }), await startFakeWooCommerce()];
  onTestFinished(() => Promise.all([pod.close(), shop[Symbol.asyncDispose]()]).then(() => {}));
  const address = { first_name: '', last_name: '', company: '', address_1: '', address_2: '', city: '', state: '', postcode: '' };
  shop.customers.push({
    ...{ id: 31, email: 'eve@example.org', first_name: 'Eve', last_name: 'Moore', role: 'customer' },
    billing: { ...address, country: 'US', email: '', phone: '' },
  });
  const sidecar = await paired(
    await testSidecar({
      AR_BRIDGE_ORACLE_URL: pod.url,
      AR_BRIDGE_ORACLE_TOKEN_URL: `${pod.url}/oauth2/v1/token`,
      AR_BRIDGE_ORACLE_CLIENT_ID: CLIENT.id,
      AR_BRIDGE_ORACLE_CLIENT_SECRET: CLIENT.secret,
      AR_BRIDGE_ORACLE_SCOPE: 'urn:opc:resource:consumer::all',
    }),
    { ...PAIR, siteUrl: shop.url, storeUrl: shop.url, restUrl: `${shop.url}/wp-json/` },
  );
  const send = (method: string, path: string, body?: unknown) =>
    sidecar.send(method, `/v1/admin${path}${path.includes('?') ? '&' : '?'}actor=maria`, body);
  expect((await send('GET', '/customers/oracle?search=40017')).body).toMatchObject({
    accounts: [{ number: '40017', name: 'Web Shop Customers', billed: [] }],
  });
  expect((await send('GET', '/customers/store?search=eve')).body).toEqual({
    customers: [{ id: 'user-31', customerId: 31, name: 'Eve Moore', email: 'eve@example.org', company: '', accountNumber: null }],
  });
  const linked = await send('POST', '/customers/user-31/link', { accountNumber: '40017' });
  expect(linked).toMatchObject({ status: 200, body: { released: 0, customer: { account: { number: '40017' } } } });
  expect((await send('GET', '/customers')).body).toMatchObject({ total: 1, customers: [{ id: 'user-31', linkedBy: 'maria' }] });
  expect((await send('GET', '/customers/csv')).body).toContain('user:31,31,,,40017');
  expect((await send('POST', '/customers/user-31/link', { accountNumber: '1' })).status).toBe(409);
  expect((await send('GET', '/customers/oracle?search=x')).status).toBe(400);
  const trail = (await send('GET', '/audit?kind=all&limit=50')).body.entries as { operation: string; actor: string }[];
  expect(trail.filter((entry) => entry.actor === 'maria').map((entry) => entry.operation)).toContain('search customers');
});
