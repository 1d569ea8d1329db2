import type { CustomerAccounts } from '../apply/account-teller.ts';
import type { StoreNotices } from '../apply/notice-teller.ts';
import type { CustomerDirectory, Finding, Receivables, ReferenceData, Trail } from '../apply/ports.ts';
import type { PluginOutbox, Shop } from '../capture/ports.ts';
import { err, type Failure, needsAttention } from '../domain/failures.ts';
import type { LedgerReader, StoreTotals } from '../reconcile/ports.ts';
import type { OracleConnection, SettingsService, StoreConnection } from './settings.ts';

/** The adapters of one system, closed when its settings change. */
export interface OracleAdapter {
  receivables: Receivables;
  customers: CustomerDirectory;
  references: ReferenceData;
  readBack: LedgerReader;
  ping(trail: Trail): Promise<Finding[]>;
  close(): void;
}
export type ShopAdapter = Shop & StoreTotals & { clockOffsetMs(): number; close(): void };
export type PluginAdapter = PluginOutbox & CustomerAccounts & StoreNotices & { close(): void };

export interface AdapterFactories {
  oracle(connection: OracleConnection): OracleAdapter;
  shop(connection: StoreConnection): ShopAdapter;
  plugin(pairing: { restUrl: string; siteUrl: string }): PluginAdapter;
}

/**
 * The connections in use. Adapters are made from the settings when first asked for and made again when the settings change;
 * calls under way end on the old ones. Where something is not set up, calls fail in words instead of throwing.
 */
export class LiveConnections {
  private readonly settings: SettingsService;
  private readonly factories: AdapterFactories;
  private readonly paired: () => { restUrl: string; siteUrl: string } | null;
  private oracle_: OracleAdapter | null = null;
  private shop_: ShopAdapter | null = null;
  private plugin_: PluginAdapter | null = null;

  constructor(settings: SettingsService, factories: AdapterFactories, paired: () => { restUrl: string; siteUrl: string } | null) {
    this.settings = settings;
    this.factories = factories;
    this.paired = paired;
    settings.onChange((part) => {
      // The set-up names value sets, which the adapter reads by.
      if (part === 'oracle' || part === 'setup') this.oracle_ = retire(this.oracle_);
      if (part === 'store') this.shop_ = retire(this.shop_);
      if (part === 'pairing') this.plugin_ = retire(this.plugin_);
    });
  }

  oracle(): OracleAdapter | null {
    if (!this.oracle_) {
      const connection = this.settings.oracleConnection();
      if (!connection.url) return null;
      const clientSecret = this.settings.secret('oracle.clientSecret');
      const password = this.settings.secret('oracle.password');
      this.oracle_ = this.factories.oracle({ ...connection, clientSecret, password });
    }
    return this.oracle_;
  }

  shop(): ShopAdapter | null {
    if (!this.shop_) {
      const connection = this.settings.storeConnection();
      if (!connection.url) return null;
      const consumerKey = this.settings.secret('store.consumerKey');
      const consumerSecret = this.settings.secret('store.consumerSecret');
      this.shop_ = this.factories.shop({ ...connection, consumerKey, consumerSecret });
    }
    return this.shop_;
  }

  plugin(): PluginAdapter | null {
    const paired = this.paired();
    if (!paired) return null;
    this.plugin_ ??= this.factories.plugin(paired);
    return this.plugin_;
  }

  /** Oracle as the work on orders sees it, whatever adapter is in use at the moment of the call. */
  receivables(): Receivables {
    return through(() => this.oracle()?.receivables, noOracle);
  }
  customers(): CustomerDirectory {
    return through(() => this.oracle()?.customers, noOracle);
  }
  references(): ReferenceData {
    return through(() => this.oracle()?.references, noOracle);
  }
  ledger(): LedgerReader {
    return through(() => this.oracle()?.readBack, noOracle);
  }
  shopPort(): Shop & StoreTotals {
    return through<Shop & StoreTotals>(() => this.shop() ?? undefined, noShop);
  }

  close(): void {
    this.oracle_?.close();
    this.shop_?.close();
    this.plugin_?.close();
  }
}

/** Forwards each method to the adapter of the moment; without one, the method answers with `missing`. */
function through<T extends object>(adapter: () => T | undefined, missing: () => Failure): T {
  return new Proxy({} as T, {
    get: (_target, name) => {
      const current = adapter();
      if (!current) return async () => err(missing());
      const method = current[name as keyof T] as unknown;
      return typeof method === 'function' ? method.bind(current) : method;
    },
  });
}

function retire(adapter: { close(): void } | null): null {
  adapter?.close();
  return null;
}

export const noOracle = (): Failure =>
  needsAttention(
    'oracle.not_configured',
    'The connection to Oracle is not set up.',
    'Fill in WooCommerce > AR Bridge > Connections > Oracle.',
  );
export const noShop = (): Failure =>
  needsAttention(
    'store.not_configured',
    'The connection to the store is not set up.',
    'Pair the plugin: WooCommerce > AR Bridge > Connections.',
  );
