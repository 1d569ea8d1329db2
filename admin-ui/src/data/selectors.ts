import type { Notice, Resource, State } from './reducer.ts';
import { type AuditFilter, type CustomerFilter, type OrderFilter, type Source, sources } from './sources.ts';

/** Before the first read; one object, so that a selector's answer keeps its identity. */
const unread: Resource<never> = { loading: true, data: null, failure: null };

// What entered the store under this path was read with this source's schema (data/request.ts).
const pick = <T>(state: State, source: Source<T>): Resource<T> =>
  (state.resources[source.path] as Resource<T> | undefined) ?? unread;

export const selectors = {
  /** Any source, without a first read of its own: hooks/fresh.ts reads it each time it is shown. */
  getSource: (state: State, source: Source<unknown>): Resource<unknown> => pick(state, source),
  getOverview: (state: State) => pick(state, sources.overview()),
  getOrders: (state: State, filter: OrderFilter) => pick(state, sources.orders(filter)),
  getOrder: (state: State, id: number) => pick(state, sources.order(id)),
  getOrderStates: (state: State, ids: number[]) => pick(state, sources.orderStates(ids)),
  getRules: (state: State) => pick(state, sources.rules()),
  getAudit: (state: State, filter: AuditFilter) => pick(state, sources.audit(filter)),
  getAuditEntry: (state: State, seq: number) => pick(state, sources.auditEntry(seq)),
  getConnections: (state: State) => pick(state, sources.connections()),
  getReference: (state: State, list: string, search?: string) => pick(state, sources.reference(list, search)),
  getCustomers: (state: State, filter: CustomerFilter) => pick(state, sources.customers(filter)),
  getStoreCustomers: (state: State, search: string) => pick(state, sources.storeCustomers(search)),
  getCatalogue: (state: State) => pick(state, sources.catalogue()),
  getWaitingSettlements: (state: State) => pick(state, sources.waitingSettlements()),
  getPairing: (state: State) => pick(state, sources.pairing()),
  getDraft: (state: State, form: string): unknown => state.drafts[form]?.value,
  isDrafted: (state: State, form: string): boolean => form in state.drafts,
  hasDrafts: (state: State): boolean => Object.keys(state.drafts).length > 0,
  getNotices: (state: State): Notice[] => state.notices,
};
