import type { CustomerAccount, Trail } from '../apply/ports.ts';
import { ok, type Result } from '../domain/failures.ts';
import { listRows } from './collection.ts';
import type { OracleHttp } from './http.ts';
import type { Lossless } from './lossless-json.ts';
import { equals, equalsId } from './query.ts';
import { FINANCIALS } from './resources.ts';

export interface Accounts {
  /** By account number; null when there is no bill-to account of that number. */
  find(accountNumber: string, trail: Trail): Promise<Result<CustomerAccount | null>>;
  ofParty(partyId: string, trail: Trail): Promise<Result<CustomerAccount | null>>;
  /** The number by which documents name a bill-to site; null while Oracle does not show it. */
  billToNumber(siteUseId: string, trail: Trail): Promise<Result<string | null>>;
}

/** The cheapest check that a bill-to account and site exist: one read (contract section 5.4). */
export function createAccounts(http: OracleHttp): Accounts {
  const rowsBy = (q: string, number: string | undefined, trail: Trail) =>
    listRows(
      http,
      {
        operation: 'find bill-to account',
        subject: 'customer account',
        ...(number !== undefined && { number }),
        path: `${FINANCIALS}/receivablesCustomerAccountSiteActivities`,
        parameters: {
          q,
          fields: 'AccountId,AccountNumber,BillToSiteNumber,BillToSiteUseId,CustomerId,CustomerName',
          onlyData: 'true',
        },
      },
      trail,
    );
  const one = async (q: string | null, number: string | undefined, trail: Trail): Promise<Result<CustomerAccount | null>> => {
    if (q === null) return ok(null);
    const rows = await rowsBy(q, number, trail);
    return rows.ok ? ok(accountOf(rows.value)) : rows;
  };
  return {
    find: (accountNumber, trail) => one(equals('AccountNumber', accountNumber), accountNumber, trail),
    ofParty: (partyId, trail) => one(equalsId('CustomerId', partyId), undefined, trail),
    async billToNumber(siteUseId, trail) {
      const rows = await rowsBy(equalsId('BillToSiteUseId', siteUseId), undefined, trail);
      return rows.ok ? ok(word(rows.value[0]?.BillToSiteNumber)) : rows;
    },
  };
}

const word = (value: Lossless | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** One row per bill-to site. With several sites none is named: Oracle then takes the primary one. */
function accountOf(rows: { [name: string]: Lossless }[]): CustomerAccount | null {
  const [first] = rows;
  const accountId = first?.AccountId;
  const accountNumber = first?.AccountNumber;
  const partyId = first?.CustomerId;
  if (typeof accountId !== 'string' || typeof accountNumber !== 'string' || typeof partyId !== 'string') return null;
  const sites = rows.filter((row) => row.AccountId === accountId);
  const only = sites.length === 1 ? sites[0] : undefined;
  return {
    accountNumber,
    accountId,
    partyId,
    partyNumber: null,
    site: word(only?.BillToSiteNumber),
    siteUseId: word(only?.BillToSiteUseId),
    sites: sites.flatMap((row) => word(row.BillToSiteNumber) ?? []),
    name: word(first?.CustomerName) ?? '',
  };
}
