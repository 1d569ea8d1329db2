import { setTimeout as sleep } from 'node:timers/promises';
import type { CustomerDirectory, Pingable, Receivables, ReferenceData } from '../apply/ports.ts';
import type { LedgerReader } from '../reconcile/ports.ts';
import { createAccounts } from './accounts.ts';
import { createCustomers } from './customers.ts';
import { createGatewayFees } from './gateway-fees.ts';
import { createHttp } from './http.ts';
import { createLookups } from './lookups.ts';
import { DEFAULT_SWITCHES, type OracleOptions } from './options.ts';
import { createParties } from './parties.ts';
import { createPing } from './ping.ts';
import { createReadBack } from './read-back.ts';
import { createReceivables } from './receivables.ts';
import { createReferenceData } from './reference-data.ts';
import { createSmallCache } from './small-cache.ts';
import { createSoap } from './soap.ts';
import { createSoapCatalogue } from './soap-catalogue.ts';
import { createCredentials } from './token.ts';
import { createTransport } from './transport.ts';

/** Oracle, as the rest of the sidecar sees it: one object per port. Two of them have a `create`, so they stay apart. */
export interface Oracle {
  receivables: Receivables;
  customers: CustomerDirectory;
  reference: ReferenceData;
  readBack: LedgerReader;
  ping: Pingable;
  /** Ends its connections. */
  close(): void;
}

/** Puts the adapter together. Makes no connection and reads nothing until it is asked for something. */
export function createOracle(options: OracleOptions): Oracle {
  const switches = { ...DEFAULT_SWITCHES, ...options.switches };
  const wait = options.wait ?? ((ms: number) => sleep(ms));
  const { clock, timeoutMs, release, frameworkVersion } = options;
  const transport = options.transport ?? createTransport({ clock, ...(options.ca !== undefined && { ca: options.ca }) });
  const credentials = createCredentials(options.auth, { transport, timeoutMs, clock });
  const { baseUrl, brake, random } = options;
  const http = createHttp({ baseUrl, frameworkVersion, timeoutMs, clock, brake, random, wait, transport, credentials });
  const catalogue = createSoapCatalogue(http, switches.soap);
  const soap = createSoap(http, catalogue);
  const reference = createReferenceData(http, switches);
  const fees = createGatewayFees({ http, soap, clock });
  const setup = options.setup ?? (() => null);
  return {
    receivables: createReceivables({ http, soap, catalogue, fees, lookups: createLookups(http), release, clock }),
    customers: createCustomers({
      http,
      soap,
      parties: createParties(http),
      accounts: createAccounts(http),
      sets: createSmallCache(100),
      switches,
      wait,
    }),
    reference,
    readBack: createReadBack(http, fees, clock),
    ping: createPing({
      http,
      catalogue,
      fees,
      reference,
      release,
      frameworkVersion,
      partySiteBy: switches.partySiteBy,
      setup,
      clock,
    }),
    close: () => transport.close(),
  };
}
