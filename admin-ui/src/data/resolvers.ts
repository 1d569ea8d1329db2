import type { Thunk } from './actions.ts';
import { type AuditFilter, type CustomerFilter, type OrderFilter, type Source, sources } from './sources.ts';

const read =
  <T>(source: Source<T>): Thunk<Promise<void>> =>
  async ({ dispatch }) => {
    await dispatch.refresh(source);
  };

/** The first look at something reads it; `refresh` reads it again. */
export const resolvers = {
  getOverview: () => read(sources.overview()),
  getOrders: (filter: OrderFilter) => read(sources.orders(filter)),
  getOrder: (id: number) => read(sources.order(id)),
  getOrderStates: (ids: number[]) => read(sources.orderStates(ids)),
  getRules: () => read(sources.rules()),
  getAudit: (filter: AuditFilter) => read(sources.audit(filter)),
  getAuditEntry: (seq: number) => read(sources.auditEntry(seq)),
  getConnections: () => read(sources.connections()),
  getReference: (list: string, search?: string) => read(sources.reference(list, search)),
  getCustomers: (filter: CustomerFilter) => read(sources.customers(filter)),
  getStoreCustomers: (search: string) => read(sources.storeCustomers(search)),
  getCatalogue: () => read(sources.catalogue()),
  getWaitingSettlements: () => read(sources.waitingSettlements()),
  getPairing: () => read(sources.pairing()),
};
