import { addQueryArgs } from '@wordpress/url';
import type { z } from 'zod';
import * as api from './contract.ts';

/** Something that can be read: where it is, and what it looks like. The path is its key in the store. */
export interface Source<T> {
  path: string;
  answer: z.ZodType<T>;
}

const source = <T>(path: string, answer: z.ZodType<T>): Source<T> => ({ path, answer });

export type OrderFilter = { state?: string; code?: string; search?: string; page?: number; perPage?: number };
export type AuditFilter = {
  from?: string;
  to?: string;
  orderId?: string;
  document?: string;
  result?: string;
  /** `all`: reads and polls too; absent: what changed in Oracle. */
  kind?: string;
  before?: string;
  limit?: number;
};

export type CustomerFilter = { show?: string; search?: string; page?: number; perPage?: number };
/** An empty gateway is one: orders without a payment method. */
export type RowFilter = { only: 'all' | 'differences'; gateway?: string; currency?: string; page: number; perPage: number };
export type RowPlace = {
  day: string;
  businessUnit: string;
  gateway: string;
  currency: string;
  only: 'all' | 'differences';
  page: number;
  perPage: number;
};

export const sources = {
  overview: () => source('/overview', api.OverviewSchema),
  orders: (filter: OrderFilter) => source(addQueryArgs('/orders', given(filter)), api.OrderPageSchema),
  order: (id: number) => source(`/orders/${id}`, api.OrderDetailSchema),
  orderStates: (ids: number[]) => source(addQueryArgs('/order-states', { ids: ids.join(',') }), api.OrderStatesSchema),
  customers: (filter: CustomerFilter) => source(addQueryArgs('/customers', given(filter)), api.CustomerPageSchema),
  customer: (id: string) => source(`/customers/${id}`, api.CustomerDetailSchema),
  storeCustomers: (search: string) => source(addQueryArgs('/customers/store', { search }), api.StoreSearchSchema),
  mergeHints: () => source('/customers/merge-hints', api.MergeHintsSchema),
  customerImport: () => source('/customers/import', api.CustomerImportSchema),
  rules: () => source('/rules', api.RuleSetViewSchema),
  ruleVersions: (before?: number) => source(addQueryArgs('/rules/versions', given({ before })), api.RuleVersionsSchema),
  ruleVersion: (version: number) => source(`/rules/versions/${version}`, api.RuleVersionSchema),
  ruleChanges: (from: number, to: number) => source(addQueryArgs('/rules/changes', { from, to }), api.RuleChangesSchema),
  unmapped: () => source('/rules/unmapped', api.UnmappedSchema),
  whatIf: () => source('/rules/what-if', api.WhatIfSchema),
  audit: (filter: AuditFilter) => source(addQueryArgs('/audit', given(filter)), api.AuditPageSchema),
  auditEntry: (seq: number) => source(`/audit/${seq}`, api.AuditDetailSchema),
  connections: () => source('/connections', api.ConnectionsSchema),
  reference: (list: string, search = '') =>
    source(addQueryArgs(`/reference/${list}`, given({ search })), api.ReferenceListViewSchema),
  references: () => source('/references', api.ReferencesSchema),
  referenceChanges: (list: string, before?: number) =>
    source(addQueryArgs('/references/changes', given({ list, before })), api.ReferenceChangesSchema),
  referenceNotices: () => source('/references/notices', api.ReferenceNoticesSchema),
  reconciliation: () => source('/reconcile', api.ReconciliationSchema),
  run: (id: number) => source(`/reconcile/runs/${id}`, api.RunViewSchema),
  runRows: (id: number, filter: RowFilter) =>
    source(addQueryArgs(`/reconcile/runs/${id}/rows`, narrowed(filter)), api.RowPageSchema),
  rowOrders: (id: number, place: RowPlace) => source(addQueryArgs(`/reconcile/runs/${id}/orders`, place), api.RowOrdersSchema),
  drift: () => source('/reconcile/drift', api.DriftListSchema),
  catalogue: () => source('/catalogue', api.CatalogueViewSchema),
  waitingSettlements: () => source('/settlements/waiting', api.WaitingSettlementsSchema),
  pairing: () => source('/pairing', api.PairingSchema),
};

export const CUSTOMERS_CSV = '/customers/csv';

/** The CSV of the entries a filter shows, without paging. */
export const auditCsvPath = ({ before: _before, limit: _limit, ...filter }: AuditFilter): string =>
  addQueryArgs('/audit/csv', given(filter));

const narrowed = (filter: object): Record<string, string | number> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

/** Leaves out what was not filled in: the API takes an absent filter, not an empty one. */
function given(filter: object): Record<string, string | number> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== '' && value !== undefined));
}
