import type { Trail } from '../apply/ports.ts';
import type { Page, ShopCustomer } from '../capture/ports.ts';
import { ok, type Result } from '../domain/failures.ts';
import type { Address } from '../domain/order.ts';
import { createCache } from './cache.ts';
import type { StoreClient } from './client.ts';
import { contentHash } from './content-hash.ts';
import { readPage } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';
import { CUSTOMER_FIELDS, CustomerSchema, type RestAddress, type RestCustomer } from './schemas.ts';

export interface CustomerReader {
  /** Always asks the shop. */
  read(id: number, trail: Trail): Promise<Result<ShopCustomer | 'gone'>>;
  /** For the orders of one buyer: up to five minutes old. */
  recent(id: number, trail: Trail): Promise<Result<ShopCustomer | 'gone'>>;
  /** The first of those whose e-mail, login or name holds the text. */
  find(text: string, trail: Trail): Promise<Result<ShopCustomer['customer'][]>>;
  page(page: number, trail: Trail): Promise<Result<Page<{ id: number; hash: string }>>>;
}

const TTL_MS = 5 * 60_000;
const MOST_CUSTOMERS = 5_000;
const MOST_FOUND = 20;

/** `metaKeys`: what is kept of an account's meta. Plugins put much there that is nobody's business here. */
export function createCustomerReader(
  client: StoreClient,
  clock: () => number,
  metaKeys: () => readonly string[] = () => [],
): CustomerReader {
  const kept = createCache<number, ShopCustomer | 'gone'>(MOST_CUSTOMERS, TTL_MS, clock);

  async function read(id: number, trail: Trail): Promise<Result<ShopCustomer | 'gone'>> {
    const answer = await client.get(`wc/v3/customers/${id}`, { _fields: CUSTOMER_FIELDS }, { operation: 'read customer', trail });
    if (!answer.ok && answer.failure.code !== 'store.not_found') return answer;
    if (!answer.ok) {
      kept.set(id, 'gone');
      return ok('gone');
    }
    const customer = parseAnswer(CustomerSchema, answer.value, `customer ${id}`);
    if (!customer.ok) return customer;
    const value = toShopCustomer(customer.value, metaKeys());
    kept.set(id, value);
    return ok(value);
  }

  return {
    read,
    async recent(id, trail) {
      const value = kept.get(id);
      return value === undefined ? read(id, trail) : ok(value);
    },
    async find(text, trail) {
      const query = { _fields: CUSTOMER_FIELDS, role: 'all', search: text };
      const found = await readPage(client, 'wc/v3/customers', query, CustomerSchema, 1, { operation: 'search customers', trail });
      return found.ok ? ok(found.value.rows.slice(0, MOST_FOUND).map((row) => toShopCustomer(row, metaKeys()).customer)) : found;
    },
    async page(page, trail) {
      // The list's own default is role=customer, which leaves out administrators and wholesale roles that buy.
      const query = { _fields: CUSTOMER_FIELDS, role: 'all', orderby: 'id', order: 'asc' };
      const call = { operation: 'list customers', trail };
      const read = await readPage(client, 'wc/v3/customers', query, CustomerSchema, page, call);
      if (!read.ok) return read;
      return ok({
        rows: read.value.rows.map((row) => ({ id: row.id, hash: toShopCustomer(row, metaKeys()).hash })),
        last: read.value.last,
      });
    },
  };
}

function toShopCustomer(row: RestCustomer, metaKeys: readonly string[]): ShopCustomer {
  const billing = toAddress(row.billing);
  const meta = row.meta_data.filter(({ key }) => metaKeys.includes(key)).map(({ key, value }) => ({ key, value: value ?? null }));
  const customer = {
    id: row.id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    company: billing.company,
    role: row.role || null,
    ...(meta.length > 0 && { meta }),
  };
  return { customer, billing, hash: contentHash({ customer, billing }) };
}

export function toAddress(address: RestAddress): Address {
  return {
    firstName: address.first_name,
    lastName: address.last_name,
    company: address.company,
    address1: address.address_1,
    address2: address.address_2,
    city: address.city,
    state: address.state,
    postcode: address.postcode,
    country: address.country,
    email: address.email,
    phone: address.phone,
  };
}
