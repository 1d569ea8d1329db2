import type * as api from '../../../sidecar/http/admin-contract.ts';
import type { Model } from './fixtures.ts';
import { fault, type Handlers } from './mock-api.ts';

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

function customer(over: Partial<api.CustomerDetail> & { id: string }): api.CustomerDetail {
  const account = over.account ?? null;
  return {
    kind: 'store customer',
    customerId: null,
    orderId: null,
    name: null,
    label: null,
    account,
    foundBy: account ? 'created' : null,
    linkedBy: null,
    linkedAt: account ? hoursAgo(50) : null,
    flows: true,
    problem: null,
    waiting: over.waitingOrders?.length ?? 0,
    erased: false,
    waitingOrders: [],
    boughtFor: [],
    alsoBilled: [],
    history: account ? [{ at: hoursAgo(50), accountNumber: account.number, foundBy: 'created', by: null }] : [],
    ...over,
  };
}

const account = (number: string, name: string) => ({ number, name, site: `${number}-1` });
const TWINS = [
  { accountNumber: '40051', name: 'Café Müller GmbH', why: 'same name' },
  { accountNumber: '40088', name: 'CAFÉ MÜLLER GMBH', why: 'same name' },
];

/** A shop's customers on an ordinary day: found, linked, waiting for an answer, erased. */
export function customersModel(): api.CustomerDetail[] {
  const olivia = { name: 'Olivia Brown', account: account('50001', 'Olivia Brown') };
  return [
    customer({
      id: 'user-31',
      customerId: 31,
      name: 'Café Müller GmbH',
      label: 'einkauf@cafe-mueller.example',
      problem: {
        code: 'customer.ambiguous',
        message: 'Oracle has 2 accounts with the name of Café Müller GmbH: 40051, 40088.',
        action: 'Choose the one that is billed, or let a new one be made.',
        candidates: TWINS,
      },
      waitingOrders: [
        { orderId: 1057, number: '1057' },
        { orderId: 1058, number: '1058' },
      ],
    }),
    customer({ id: 'user-12', customerId: 12, label: 'olivia@example.com', ...olivia }),
    customer({ id: `mail-${'a1'.repeat(16)}`, kind: 'guest', label: 'olivia@example.com', ...olivia, foundBy: 'user' }),
    customer({
      id: `mail-${'b2'.repeat(16)}`,
      kind: 'guest',
      name: 'Olivia Brown',
      label: 'olivia+shop@example.com',
      account: account('50009', 'Olivia Brown'),
    }),
    customer({
      id: 'user-7',
      customerId: 7,
      name: 'Hans Schmidt',
      label: 'hans@example.org',
      account: account('40017', 'Schmidt, Hans'),
      foundBy: 'person',
      linkedBy: 'maria',
      flows: false,
    }),
    customer({ id: `mail-${'c3'.repeat(16)}`, kind: 'guest', account: account('50004', 'Erased'), erased: true }),
    customer({
      id: `vat-${'d4'.repeat(16)}`,
      kind: 'company',
      name: 'Kyoto Tea',
      label: 'JP1234567890',
      account: account('50006', 'Kyoto Tea'),
    }),
  ];
}

const summaryOf = ({
  waitingOrders: _w,
  boughtFor: _f,
  alsoBilled: _b,
  history: _h,
  ...summary
}: api.CustomerDetail): api.CustomerSummary => summary;

const ORACLE: api.OracleSearch['accounts'] = [
  { number: '40051', name: 'Café Müller GmbH', kind: 'organization', email: null, postcode: '10115', billed: [] },
  { number: '40017', name: 'Schmidt, Hans', kind: 'person', email: 'hans@example.org', postcode: '80331', billed: [] },
];

const IMPORTED: NonNullable<Model['customerImport']> = {
  id: 'file-1',
  by: 'admin',
  state: 'checking',
  done: 1,
  total: 3,
  changes: 2,
  rows: [
    { line: 2, who: '#44', accountNumber: '40051', was: null, accountName: null },
    { line: 3, who: 'hans@example.org', accountNumber: '40088', was: '40017', accountName: null },
  ],
  same: 1,
  faulty: 1,
  errors: [{ line: 5, column: 'accountNumber', message: 'Oracle shows no customer account 77777 with a bill-to site.' }],
  released: 0,
  failure: null,
};

/** The routes of the customers, as mock-api.ts plays the others. */
export function customersHandlers(now: Model): Handlers {
  const withCustomer = (id: string, then: (each: api.CustomerDetail) => unknown) => {
    const found = now.customers.find((each) => each.id === id);
    return found
      ? then(found)
      : fault(404, 'customer.unknown', `AR Bridge knows no customer "${id}".`, 'Reload the list of customers.');
  };
  const change = (each: api.CustomerDetail, to: Partial<api.CustomerDetail>, released: number) => {
    const at = new Date().toISOString();
    const number = to.account?.number ?? null;
    Object.assign(each, { problem: null, waiting: 0, waitingOrders: [], linkedBy: 'admin', linkedAt: at }, to);
    each.history = [{ at, accountNumber: number, foundBy: each.foundBy, by: 'admin' }, ...each.history];
    return { customer: each, released };
  };
  const job = (to: Partial<NonNullable<Model['customerImport']>>) => {
    if (now.customerImport) now.customerImport = { ...now.customerImport, ...to };
    return { job: now.customerImport };
  };
  return {
    'GET /customers': ({ query }) => {
      const wanted = (query.search ?? '').toLowerCase();
      const found = now.customers.filter(
        (each) =>
          (query.show !== 'waiting' || each.waiting > 0) &&
          (query.show !== 'problems' || each.problem !== null) &&
          `${each.customerId} ${each.name} ${each.label} ${each.account?.number}`.toLowerCase().includes(wanted),
      );
      const waiting = now.customers.filter((each) => each.waiting > 0);
      return {
        customers: found.map(summaryOf),
        total: found.length,
        page: 1,
        perPage: 25,
        counts: {
          mapped: now.customers.filter((each) => each.account).length,
          waiting: waiting.length,
          problems: now.customers.filter((each) => each.problem).length,
          waitingOrders: waiting.reduce((all, each) => all + each.waiting, 0),
        },
      };
    },
    'GET /customers/oracle': ({ query }) => ({
      accounts: ORACLE.filter(({ number, name }) =>
        `${number} ${name}`.toLowerCase().includes((query.search ?? '').toLowerCase()),
      ),
    }),
    'GET /customers/store': () => ({
      customers: [
        { id: 'user-44', customerId: 44, name: 'New Buyer', email: 'new@example.org', company: '', accountNumber: null },
        { id: 'user-12', customerId: 12, name: 'Olivia Brown', email: 'olivia@example.com', company: '', accountNumber: '50001' },
      ],
    }),
    'GET /customers/merge-hints': () => {
      const alike = now.customers.filter(({ label }) => /^olivia.*@/.test(label ?? '')).slice(1);
      const differ = new Set(alike.map((each) => each.account?.number)).size > 1;
      return { hints: differ ? [{ why: 'mailbox', customers: alike.map(summaryOf) }] : [] };
    },
    'GET /customers/csv': () => 'customer,customerId\r\nuser:12,12\r\n',
    'GET /customers/import': () => {
      const shown = { job: now.customerImport };
      // The next look finds the work done.
      if (now.customerImport?.state === 'checking') job({ state: 'checked', done: 3 });
      else if (now.customerImport?.state === 'linking') job({ state: 'done', done: 2, released: 4 });
      return shown;
    },
    'POST /customers/import': () => {
      now.customerImport = structuredClone(IMPORTED);
      return { job: now.customerImport };
    },
    'POST /customers/import/commit': () => job({ state: 'linking', done: 0, total: 2 }),
    'POST /customers/import/cancel': () => job({ state: 'cancelled' }),
    'GET /customers/:customer': (_, part) => withCustomer(part, (each) => each),
    'POST /customers/:customer/link': ({ body }, part) => {
      const { accountNumber } = body as { accountNumber: string };
      if (part === 'user-44') now.customers.push(customer({ id: part, customerId: 44, name: 'New Buyer' }));
      return withCustomer(part, (each) =>
        change(each, { account: account(accountNumber, 'Café Müller GmbH'), foundBy: 'person', flows: false }, each.waiting),
      );
    },
    'POST /customers/:customer/unlink': (_, part) =>
      withCustomer(part, (each) => change(each, { account: null, foundBy: null }, 0)),
    'POST /customers/:customer/new-account': (_, part) =>
      withCustomer(part, (each) => ({ customer: Object.assign(each, { waiting: 0, waitingOrders: [] }), released: 2 })),
  };
}
