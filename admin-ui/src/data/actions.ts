import { addQueryArgs } from '@wordpress/url';
import * as api from './contract.ts';
import type { Outcome } from './failure.ts';
import type { Action } from './reducer.ts';
import { type Call, request } from './request.ts';
import { type Source, sources } from './sources.ts';

/** A thunk of @wordpress/data: other actions of this store are called through `dispatch.name(...)`. */
export type Thunk<T> = (store: {
  dispatch: ((action: Action) => void) & {
    refresh: <R>(source: Source<R>) => Promise<Outcome<R>>;
  };
}) => T;

let lastTicket = 0;
let lastNotice = 0;

/** Reads a source again; what is shown stays until the answer is there. */
const refresh =
  <T>(source: Source<T>): Thunk<Promise<Outcome<T>>> =>
  async ({ dispatch }) => {
    const ticket = ++lastTicket;
    dispatch({ type: 'READ_STARTED', path: source.path, ticket });
    const outcome = await request(source);
    if (outcome.ok) dispatch({ type: 'READ_ANSWERED', path: source.path, ticket, data: outcome.value });
    else dispatch({ type: 'READ_FAILED', path: source.path, ticket, failure: outcome.failure });
    return outcome;
  };

/** Sends a write whose answer is the new state of a source. */
const save =
  <T>(source: Source<T>, call: Omit<Call<T>, 'answer'>): Thunk<Promise<Outcome<T>>> =>
  async ({ dispatch }) => {
    const outcome = await request({ ...call, answer: source.answer });
    if (outcome.ok) dispatch({ type: 'RECEIVED', path: source.path, data: outcome.value });
    return outcome;
  };

/** Sends work about one order; the order and the overview are read again. */
const workOn =
  (orderId: number, act: string, body?: unknown): Thunk<Promise<Outcome<{ accepted: number }>>> =>
  async ({ dispatch }) => {
    const outcome = await request({ method: 'POST', path: `/orders/${orderId}/${act}`, body, answer: api.AcceptedSchema });
    if (outcome.ok) await Promise.all([dispatch.refresh(sources.order(orderId)), dispatch.refresh(sources.overview())]);
    return outcome;
  };

/** Changes which account a customer has; the merge hints are read again with it. */
const changeCustomer =
  (id: string, act: string, body?: unknown): Thunk<Promise<Outcome<api.CustomerChanged>>> =>
  async ({ dispatch }) => {
    const path = `/customers/${id}/${act}`;
    const outcome = await request({ method: 'POST', path, body, answer: api.CustomerChangedSchema });
    if (outcome.ok) {
      dispatch({ type: 'RECEIVED', path: sources.customer(id).path, data: outcome.value.customer });
      void dispatch.refresh(sources.mergeHints());
    }
    return outcome;
  };

/** Sends something whose answer is for the caller alone. */
const ask =
  <T>(call: Call<T>): Thunk<Promise<Outcome<T>>> =>
  () =>
    request(call);

const saveConnection = (part: 'store' | 'oracle' | 'mode' | 'poll', body: unknown) =>
  save(sources.connections(), { method: 'PUT', path: `/connections/${part}`, body });

export const actions = {
  refresh,

  dryRun: (orderId: number) => ask({ method: 'POST', path: `/orders/${orderId}/dry-run`, answer: api.DryRunSchema }),
  replay: (orderId: number) => workOn(orderId, 'replay'),
  skip: (orderId: number, reason: string) => workOn(orderId, 'skip', { reason }),
  decide: (orderId: number, question: string, choice: string, note: string) =>
    workOn(orderId, 'decide', { question, choice, note }),
  settleOverpayment: (orderId: number, amount: string, activity: string) =>
    workOn(orderId, 'settle-overpayment', { amount, activity }),
  settleWaiting:
    (gateway: string): Thunk<Promise<Outcome<{ accepted: number }>>> =>
    async ({ dispatch }) => {
      const path = '/settlements/settle-waiting';
      const outcome = await request({ method: 'POST', path, body: { gateway }, answer: api.AcceptedSchema });
      if (outcome.ok) await dispatch.refresh(sources.waitingSettlements());
      return outcome;
    },
  replayCause:
    (code: string): Thunk<Promise<Outcome<{ accepted: number }>>> =>
    async ({ dispatch }) => {
      const outcome = await request({ method: 'POST', path: '/orders/replay-cause', body: { code }, answer: api.AcceptedSchema });
      if (outcome.ok) await dispatch.refresh(sources.overview());
      return outcome;
    },

  linkCustomer: (id: string, accountNumber: string) => changeCustomer(id, 'link', { accountNumber }),
  unlinkCustomer: (id: string) => changeCustomer(id, 'unlink'),
  newAccount: (id: string) => changeCustomer(id, 'new-account'),
  searchOracle: (search: string) => ask({ path: addQueryArgs('/customers/oracle', { search }), answer: api.OracleSearchSchema }),
  searchStore: (search: string) => ask({ path: addQueryArgs('/customers/store', { search }), answer: api.StoreSearchSchema }),
  startCustomerImport: (text: string) =>
    save(sources.customerImport(), { method: 'POST', path: '/customers/import', body: { text } }),
  commitCustomerImport: (id: string) =>
    save(sources.customerImport(), { method: 'POST', path: '/customers/import/commit', body: { id } }),
  cancelCustomerImport: () => save(sources.customerImport(), { method: 'POST', path: '/customers/import/cancel' }),

  saveRules: (body: api.SaveRules) => save(sources.rules(), { method: 'PUT', path: '/rules', body }),
  checkRules: (body: api.CheckRules) => ask({ method: 'POST', path: '/rules/check', body, answer: api.CheckedRulesSchema }),
  importRules: (format: 'csv' | 'json', text: string) =>
    ask({ method: 'POST', path: '/rules/import', body: { format, text }, answer: api.ImportedRulesSchema }),
  startWhatIf: (body: api.StartWhatIf) => save(sources.whatIf(), { method: 'POST', path: '/rules/what-if', body }),
  cancelWhatIf: () => save(sources.whatIf(), { method: 'POST', path: '/rules/what-if/cancel', body: {} }),
  tryRules: (orderId: number, rules?: api.Rule[]) =>
    ask({ method: 'POST', path: '/rules/try', body: { orderId, ...(rules && { rules }) }, answer: api.TryRulesResultSchema }),

  verifyChain: () => ask({ path: '/audit/verify', answer: api.ChainVerdictSchema }),

  startRun: (body: api.StartRun) => ask({ method: 'POST', path: '/reconcile/runs', body, answer: api.RunStartedSchema }),
  readCertificate: (id: number) => ask({ path: `/reconcile/certificates/${id}`, answer: api.CertificateViewSchema }),
  acceptDrift: (body: api.AcceptDrift) =>
    ask({ method: 'POST', path: '/reconcile/drift/accept', body, answer: api.AcceptedSchema }),
  putRight: (orderId: number) =>
    ask({ method: 'POST', path: '/reconcile/drift/put-right', body: { orderId }, answer: api.PutRightResultSchema }),

  pair: (sidecarUrl: string, code: string) =>
    save(sources.pairing(), { method: 'POST', path: '/pairing', body: { sidecarUrl, code } }),
  unpair: () => save(sources.pairing(), { method: 'DELETE', path: '/pairing' }),
  saveStore: (body: api.SaveStore) => saveConnection('store', body),
  saveOracle: (body: api.SaveOracle) => saveConnection('oracle', body),
  saveSetup:
    (baseVersion: number, setup: api.Setup): Thunk<Promise<Outcome<{ released: number }>>> =>
    async ({ dispatch }) => {
      const body = { baseVersion, setup };
      const outcome = await request({ method: 'PUT', path: '/connections/setup', body, answer: api.SavedSetupSchema });
      if (!outcome.ok) return outcome;
      const { released, ...connections } = outcome.value;
      dispatch({ type: 'RECEIVED', path: sources.connections().path, data: connections });
      // Which refunds wait for a settlement hangs on what was chosen.
      await dispatch.refresh(sources.waitingSettlements());
      return { ok: true, value: { released } };
    },
  saveMode: (mode: 'live' | 'simulation') => saveConnection('mode', { mode }),
  savePoll: (everyMinutes: number) => saveConnection('poll', { everyMinutes }),
  testConnection: (system: 'store' | 'oracle') =>
    ask({ method: 'POST', path: `/connections/${system}/test`, answer: api.FindingsSchema }),
  sweep: (sweep: api.Sweep) => ask({ method: 'POST', path: '/sweeps', body: { sweep }, answer: api.AcceptedSchema }),
  saveReferenceSettings: (body: api.References['settings']) =>
    save(sources.references(), { method: 'PUT', path: '/references/settings', body }),
  dismissNotice: (id: number) =>
    save(sources.referenceNotices(), { method: 'POST', path: `/references/notices/${id}/dismiss`, body: {} }),
  pullReference: () => ask({ method: 'POST', path: '/reference/pull', answer: api.AcceptedSchema }),

  draft: (form: string, value: unknown, from: unknown): Action => ({ type: 'DRAFTED', form, value, from }),
  dropDraft: (form: string): Action => ({ type: 'DRAFT_DROPPED', form }),
  say: (text: string): Action => ({ type: 'NOTICE_ADDED', notice: { id: `notice-${++lastNotice}`, text } }),
  removeNotice: (id: string): Action => ({ type: 'NOTICE_REMOVED', id }),
};
