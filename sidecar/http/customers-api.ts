import type { z } from 'zod';
import { customerIdOf, userKey } from '../apply/customer-identity.ts';
import { type CustomerImport, IMPORT_COLUMNS } from '../apply/customer-import.ts';
import type { CustomerLinks } from '../apply/customer-links.ts';
import type { CustomerDirectory, PartyMatch, Trail } from '../apply/ports.ts';
import type { Shop } from '../capture/ports.ts';
import { csvText, exactCell } from '../domain/csv.ts';
import type { CustomerRecord } from '../store/customers.ts';
import type { Store } from '../store/store.ts';
import type { AdminRequest } from './admin-request.ts';
import { HttpProblem, unwrap } from './api-error.ts';
import type {
  CommitCustomerImportSchema,
  CustomerChanged,
  CustomerDetail,
  CustomerImportView,
  CustomerPage,
  CustomerQuerySchema,
  CustomerSummary,
  LinkCustomerSchema,
  MergeHints,
  OracleSearch,
  OracleSearchQuerySchema,
  StartCustomerImportSchema,
  StoreSearch,
  StoreSearchQuerySchema,
} from './customers-contract.ts';
import { iso } from './views.ts';

export interface CustomersServices {
  store: Store;
  links: CustomerLinks;
  customerImport: CustomerImport;
  directory: CustomerDirectory;
  shop: Pick<Shop, 'findCustomers'>;
  /** The audit trail, with the person who searches or links. */
  trailOf: (actor: string) => Trail;
}

const MOST_HINTS = 50;
/** An import's view holds so many rows and errors; the file has them all. */
const MOST_SHOWN = 200;
/** What a spreadsheet opens and the plugin's proxy carries. */
const MOST_EXPORTED = 100_000;

/** Handlers of CUSTOMERS_ROUTES. */
export function customersHandlers(services: CustomersServices) {
  const { store, links, customerImport, directory, shop, trailOf } = services;
  const changed = (identity: string, released: number): CustomerChanged => ({ customer: detailOf(store, identity), released });
  return {
    'GET /customers': ({ query }: AdminRequest): CustomerPage => {
      const { show, search, page, perPage } = query as z.infer<typeof CustomerQuerySchema>;
      const filter = { show, limit: perPage, offset: (page - 1) * perPage, ...(search && { search }) };
      const { rows, total } = store.customers.list(filter);
      const counts = store.customers.counts();
      return { customers: rows.map((row) => summaryOf(row, row.waiting)), total, page, perPage, counts };
    },
    'GET /customers/oracle': async ({ query, actor }: AdminRequest): Promise<OracleSearch> => {
      const { search } = query as z.infer<typeof OracleSearchQuerySchema>;
      const found = unwrap(await directory.search(search, trailOf(actor)));
      return { accounts: found.flatMap((match) => accountOf(match, store)) };
    },
    'GET /customers/store': async ({ query, actor }: AdminRequest): Promise<StoreSearch> => {
      const { search } = query as z.infer<typeof StoreSearchQuerySchema>;
      const found = unwrap(await shop.findCustomers(search, trailOf(actor)));
      return {
        customers: found.map(({ id, email, firstName, lastName, company }) => ({
          id: idOf(userKey(id)),
          customerId: id,
          name: `${firstName} ${lastName}`.trim(),
          email,
          company,
          accountNumber: store.customers.account(userKey(id))?.accountNumber ?? null,
        })),
      };
    },
    'GET /customers/merge-hints': (): MergeHints => ({
      hints: store.customers
        .mergeHints(MOST_HINTS)
        .map(({ why, rows }) => ({ why, customers: rows.map((row) => summaryOf(row, 0)) })),
    }),
    'GET /customers/csv': (): string => exported(store),
    'GET /customers/import': (): CustomerImportView => importView(customerImport),
    'POST /customers/import': ({ body, actor }: AdminRequest): CustomerImportView => {
      customerImport.start((body as z.infer<typeof StartCustomerImportSchema>).text, actor);
      return importView(customerImport);
    },
    'POST /customers/import/commit': ({ body, actor }: AdminRequest): CustomerImportView => {
      if (!customerImport.commit((body as z.infer<typeof CommitCustomerImportSchema>).id, actor)) {
        throw new HttpProblem(409, 'customers.nothing_checked', 'There is no checked file to link by now.', {
          action: 'Choose the file again.',
        });
      }
      return importView(customerImport);
    },
    'POST /customers/import/cancel': (): CustomerImportView => {
      customerImport.cancel();
      return importView(customerImport);
    },
    'GET /customers/:customer': ({ params }: AdminRequest): CustomerDetail => detailOf(store, known(store, params.customer)),
    'POST /customers/:customer/link': async ({ params, body, actor }: AdminRequest): Promise<CustomerChanged> => {
      const identity = identityOf(params.customer);
      // A store customer may be linked before they ever bought.
      if (customerIdOf(identity) === null) known(store, params.customer);
      const { accountNumber } = body as z.infer<typeof LinkCustomerSchema>;
      return changed(identity, unwrap(await links.link(identity, accountNumber, actor, trailOf(actor))));
    },
    'POST /customers/:customer/unlink': async ({ params, actor }: AdminRequest): Promise<CustomerChanged> => {
      const identity = known(store, params.customer);
      if (!(await links.unlink(identity, actor))) {
        throw new HttpProblem(409, 'customer.not_linked', 'This customer has no account.', { action: 'Reload the list.' });
      }
      return changed(identity, 0);
    },
    'POST /customers/:customer/new-account': async ({ params, actor }: AdminRequest): Promise<CustomerChanged> => {
      const identity = known(store, params.customer);
      const problem = store.customers.get(identity)?.problem;
      const released = problem && problem.code !== NAMELESS ? await links.createNew(identity, actor) : 0;
      if (released === 0) {
        throw new HttpProblem(409, 'customer.not_asked', 'No order waits for an account that could be made for this customer.', {
          action: 'Reload the list: it may have been decided meanwhile.',
        });
      }
      return changed(identity, released);
    },
  };
}

/** Nobody can be told to Oracle: only a link helps. */
const NAMELESS = 'customer.nameless';

const idOf = (identity: string): string => identity.replace(':', '-');
const identityOf = (id = ''): string => {
  if (!/^(user|mail|vat|order)-[0-9a-f]{1,32}$/.test(id)) throw unknownCustomer(id);
  return id.replace('-', ':');
};

function known(store: Store, id: string | undefined): string {
  const identity = identityOf(id);
  if (store.customers.get(identity) === null) throw unknownCustomer(id ?? '');
  return identity;
}

const unknownCustomer = (id: string): HttpProblem =>
  new HttpProblem(404, 'customer.unknown', `AR Bridge knows no customer "${id}".`, { action: 'Reload the list of customers.' });

const KINDS: Record<string, CustomerSummary['kind']> = { user: 'store customer', mail: 'guest', vat: 'company', order: 'order' };

function summaryOf(row: CustomerRecord, waiting: number): CustomerSummary {
  const { identity, account, problem } = row;
  const [kind = '', key = ''] = identity.split(':');
  return {
    id: idOf(identity),
    kind: KINDS[kind] ?? 'guest',
    customerId: customerIdOf(identity),
    orderId: kind === 'order' ? Number(key) : null,
    name: row.name,
    label: row.label,
    account: account && { number: account.accountNumber, name: account.name, site: account.site },
    foundBy: row.foundBy,
    linkedBy: row.linkedBy,
    linkedAt: row.linkedAtMs === null ? null : iso(row.linkedAtMs),
    flows: row.flows,
    problem,
    waiting,
    erased: row.erasedAtMs !== null,
  };
}

function detailOf(store: Store, identity: string): CustomerDetail {
  const { customers } = store;
  const row = customers.get(identity);
  if (!row) throw unknownCustomer(idOf(identity));
  const waitingOrders = customers.waiting(identity);
  const others = row.account ? customers.ofAccount(row.account.accountNumber).filter((each) => each.identity !== identity) : [];
  return {
    ...summaryOf(row, waitingOrders.length),
    waitingOrders,
    boughtFor: customers
      .boughtFor(customerIdOf(identity) ?? 0)
      .slice(0, MOST_SHOWN)
      .map((each) => summaryOf(each, 0)),
    alsoBilled: others.slice(0, MOST_SHOWN).map((each) => summaryOf(each, 0)),
    history: customers
      .changes(identity)
      .map(({ atMs, accountNumber, foundBy, actor }) => ({ at: iso(atMs), accountNumber, foundBy, by: actor })),
  };
}

function accountOf({ account, name, kind, email, postcode }: PartyMatch, store: Store): OracleSearch['accounts'] {
  if (!account) return [];
  const billed = store.customers.ofAccount(account.accountNumber).slice(0, MOST_SHOWN);
  return [
    {
      number: account.accountNumber,
      name,
      kind,
      email,
      postcode,
      billed: billed.map((row) => ({ id: idOf(row.identity), name: row.name, label: row.label })),
    },
  ];
}

const EXPORTED = [...IMPORT_COLUMNS, 'name', 'accountName', 'foundBy', 'linkedBy', 'linkedAt'] as const;

/** Every customer with an account, in columns that an import takes back. */
function exported(store: Store): string {
  const rows: string[][] = [];
  for (const row of store.customers.mapped()) {
    if (rows.length === MOST_EXPORTED) {
      throw new HttpProblem(409, 'customers.too_many', `More than ${MOST_EXPORTED} customers have an account.`, {
        action: 'Search instead: the page shows each of them.',
      });
    }
    const { identity, account, label } = row;
    const cells: Record<(typeof EXPORTED)[number], string> = {
      customer: identity,
      customerId: String(customerIdOf(identity) ?? ''),
      email: identity.startsWith('vat:') ? '' : (label ?? ''),
      vatNumber: identity.startsWith('vat:') ? (label ?? '') : '',
      accountNumber: account?.accountNumber ?? '',
      name: row.name ?? '',
      accountName: account?.name ?? '',
      foundBy: row.foundBy ?? '',
      linkedBy: row.linkedBy ?? '',
      linkedAt: row.linkedAtMs === null ? '' : iso(row.linkedAtMs),
    };
    rows.push(EXPORTED.map((column) => exactCell(cells[column])));
  }
  return `\uFEFF${csvText([[...EXPORTED], ...rows])}\r\n`;
}

function importView(customerImport: CustomerImport): CustomerImportView {
  const job = customerImport.current();
  if (!job) return { job: null };
  const { rows, errors } = job;
  return {
    job: {
      ...job,
      changes: rows.length,
      rows: rows.slice(0, MOST_SHOWN).map(({ identity: _identity, ...row }) => row),
      faulty: errors.length,
      errors: errors.slice(0, MOST_SHOWN),
    },
  };
}
