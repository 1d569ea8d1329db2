import { all } from '../database.ts';
import { convertMinor, writeMinor } from '../decimal.ts';
import { rateOf } from '../ledger/transactions.ts';
import type { Behaviour, Row } from '../rest/behaviour.ts';
import { hinted } from '../rest/query.ts';
import type { Call, Who } from '../world.ts';
import { ACTIVITY_CHILDREN } from './activity-children.ts';
import { below, type Level } from './activity-rows.ts';
import { whoColumns } from './records.ts';

/**
 * receivablesCustomerAccountActivities and ...SiteActivities: the read side of what a customer owes, paid and was credited
 * (contract sections 5.4 and 9). The children are the same below an account and below one of its bill-to sites.
 */
interface AccountListRow extends Who {
  id: string;
  number: string;
  party_id: string;
  name: string;
  data: string;
}

const accountBehaviour: Behaviour = {
  *rows(call, _parents, hints) {
    const hint = hinted(hints, 'AccountId', 'AccountNumber', 'CustomerName', 'CustomerId');
    const column = {
      AccountId: 'account.id',
      AccountNumber: 'account.number',
      CustomerName: 'party.name',
      CustomerId: 'party.id',
    }[hint?.attribute ?? ''];
    const query = `SELECT account.*, party.name AS name, party.data AS data FROM account JOIN party ON party.id = account.party_id WHERE 1 = 1`;
    for (const row of below<AccountListRow>(call, query, null, column, hint?.values)) {
      yield {
        id: row.id,
        version: String(row.version),
        createdMs: row.created_ms,
        row: {
          ...whoColumns(row),
          ...taxNumbers(row.data),
          AccountId: row.id,
          AccountNumber: row.number,
          CustomerId: row.party_id,
          CustomerName: row.name,
          // Computed when asked for only: the shared web-shop account holds every order.
          get TotalOpenReceivablesForAccount() {
            return openSum(call, 'account', row.id, false);
          },
          get TotalTransactionsDueForAccount() {
            return openSum(call, 'account', row.id, true);
          },
        },
      };
    }
  },
};

interface SiteListRow extends AccountListRow {
  account_id: string;
  account_number: string;
  address: string;
}

const siteBehaviour: Behaviour = {
  *rows(call, _parents, hints) {
    const hint = hinted(hints, 'BillToSiteUseId', 'AccountNumber', 'AccountId', 'CustomerName', 'CustomerId', 'BillToSiteNumber');
    const columns: Record<string, string> = {
      BillToSiteUseId: 'site_use.id',
      AccountNumber: 'account.number',
      AccountId: 'account.id',
      CustomerName: 'party.name',
      CustomerId: 'party.id',
      BillToSiteNumber: 'site_use.number',
    };
    const query = `SELECT site_use.*, account.id AS account_id, account.number AS account_number, account.party_id AS party_id,
      party.name AS name, party.data AS data, location.data AS address
      FROM site_use JOIN account ON account.id = site_use.account_id JOIN party ON party.id = account.party_id
      JOIN account_site ON account_site.id = site_use.account_site_id JOIN party_site ON party_site.id = account_site.party_site_id
      JOIN location ON location.id = party_site.location_id WHERE site_use.code = 'BILL_TO'`;
    for (const row of below<SiteListRow>(call, query, null, columns[hint?.attribute ?? ''], hint?.values)) {
      yield {
        id: row.id,
        version: String(row.version),
        createdMs: row.created_ms,
        row: {
          ...whoColumns(row),
          ...taxNumbers(row.data),
          BillToSiteUseId: row.id,
          BillToSiteNumber: row.number,
          BillToSiteAddress: addressLine(row.address),
          AccountId: row.account_id,
          AccountNumber: row.account_number,
          CustomerId: row.party_id,
          CustomerName: row.name,
          get TotalOpenReceivablesForSite() {
            return openSum(call, 'site', row.id, false);
          },
          get TotalTransactionsDueForSite() {
            return openSum(call, 'site', row.id, true);
          },
        },
      };
    }
  },
};

function taxNumbers(partyData: string): Row {
  const { TaxpayerIdentificationNumber = null } = JSON.parse(partyData) as Row;
  return { TaxpayerIdentificationNumber, TaxRegistrationNumber: null };
}

function addressLine(location: string): string {
  const { Address1, City, State, PostalCode, Country } = JSON.parse(location) as Row;
  return [Address1, City, State, PostalCode, Country].filter((part) => typeof part === 'string' && part !== '').join(', ');
}

interface OpenSum {
  ledger: string;
  currency: string;
  rate: string | null;
  balance: number;
}

/** What is open in the ledger's currency, as an account may hold several; `due` only what is past its due date. */
function openSum(call: Call, level: Level, id: string, due: boolean): string {
  const { setup, db } = call.world;
  const owner = level === 'account' ? 'account_id' : 'site_use_id';
  const sums = all<OpenSum>(
    db,
    `SELECT trx.ledger, trx.currency, trx.rate, sum(installment.balance) AS balance
     FROM trx JOIN installment ON installment.trx_id = trx.id
     WHERE trx.${owner} = ? AND installment.balance <> 0 AND installment.due_date <= ? GROUP BY trx.ledger, trx.currency, trx.rate`,
    id,
    due ? call.today : '9999-12-31',
  );
  let decimals = 2;
  const total = sums.reduce((sum, row) => {
    const rate = rateOf(row);
    decimals = setup.decimals(setup.ledger(row.ledger).currency);
    return sum + (rate === null ? row.balance : convertMinor(row.balance, setup.decimals(row.currency), rate, decimals));
  }, 0);
  return writeMinor(total, decimals);
}

const TOPS = { account: 'receivablesCustomerAccountActivities', site: 'receivablesCustomerAccountSiteActivities' } as const;

export const activityBehaviours: Record<string, Behaviour> = {
  [TOPS.account]: accountBehaviour,
  [TOPS.site]: siteBehaviour,
  ...Object.fromEntries(
    (['account', 'site'] as const).flatMap((level) =>
      Object.entries(ACTIVITY_CHILDREN).map(([name, make]) => [`${TOPS[level]}.${name}`, make(level)]),
    ),
  ),
};
