import type { z } from 'zod';
import type { ReferenceChecks } from '../apply/reference-checks.ts';
import { ALL_LISTS, type ListName } from '../apply/reference-pull.ts';
import { type ReferenceSettings, referenceSettings, saveReferenceSettings } from '../apply/reference-settings.ts';
import type { Result } from '../domain/failures.ts';
import type { Store } from '../store/store.ts';
import type { AdminRequest } from './admin-request.ts';
import { HttpProblem, unwrap } from './api-error.ts';
import type { ReferenceChanges, ReferenceChangesQuerySchema, ReferenceNotices, References } from './reference-contract.ts';
import { iso } from './views.ts';

export interface ReferenceServices {
  store: Store;
  checks: ReferenceChecks;
  pullReferences: () => Promise<Result<number>>;
  /** A person has seen a notice. */
  onNoticeSeen: () => void;
  nowMs: () => number;
}

const CHANGES_SINCE_MS = 30 * 86_400_000;
/** A pull goes on after its answer: the page's proxy waits 15 seconds at most. */
const PULL_WAIT_MS = 10_000;

/** Handlers of REFERENCE_ROUTES. */
export function referenceHandlers(services: ReferenceServices) {
  const { store, nowMs } = services;
  return {
    'GET /reference/:list': ({ params, query }: AdminRequest) => {
      const list = params.list as ListName;
      if (!ALL_LISTS.includes(list)) throw new HttpProblem(404, 'reference.unknown_list', `There is no list "${params.list}".`);
      const pulledAtMs = store.references.pulledAtMs(list);
      const rows = store.references.rows(list, String((query as { search?: string }).search ?? ''), 500);
      return {
        list,
        pulledAt: pulledAtMs === null ? null : iso(pulledAtMs),
        rows: rows.map(({ key, label, enabled, endDate, extra }) => ({
          key,
          label,
          enabled,
          endDate,
          ...(list === 'taxRates' && { extra }),
        })),
      };
    },
    'POST /reference/pull': async () => {
      const pull = services.pullReferences();
      const rows = await Promise.race([pull, new Promise<null>((resolve) => setTimeout(resolve, PULL_WAIT_MS, null))]);
      return { accepted: rows === null ? 0 : unwrap(rows) };
    },
    'GET /references': (): References => viewOf(services),
    'PUT /references/settings': async ({ body, actor }: AdminRequest): Promise<References> => {
      await store.write(() => saveReferenceSettings(store.settings, body as ReferenceSettings, actor, nowMs()));
      return viewOf(services);
    },
    'GET /references/changes': ({ query }: AdminRequest): ReferenceChanges => {
      const { list, before, limit } = query as z.infer<typeof ReferenceChangesQuerySchema>;
      const rows = store.references.changes({ limit, ...(list && { list }), ...(before && { before }) });
      return {
        changes: rows.map(({ atMs, ...change }) => ({ ...change, at: iso(atMs) })),
        nextBefore: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
      };
    },
    'GET /references/notices': (): ReferenceNotices => noticesOf(store),
    'POST /references/notices/:id/dismiss': async ({ params, actor }: AdminRequest): Promise<ReferenceNotices> => {
      const done = await store.write(() => store.referenceNotices.dismiss(Number(params.id), actor));
      if (!done) throw new HttpProblem(404, 'reference.unknown_notice', `There is no open notice ${params.id}.`);
      services.onNoticeSeen();
      return noticesOf(store);
    },
  };
}

function viewOf({ store, checks, nowMs }: ReferenceServices): References {
  const changes = store.references.changeCounts(nowMs() - CHANGES_SINCE_MS);
  return {
    settings: referenceSettings(store.settings),
    lists: ALL_LISTS.map((list) => {
      const { pulledAtMs, rows, failure } = store.references.status(list);
      const pulledAt = pulledAtMs === null ? null : iso(pulledAtMs);
      return { list, rows, pulledAt, failure, stale: checks.stale(list), changes: changes.get(list) ?? 0 };
    }),
  };
}

const noticesOf = (store: Store): ReferenceNotices => ({
  notices: store.referenceNotices.open().map(({ id, foundAtMs, subject, message, orders, sample, dismissedBy }) => ({
    id,
    foundAt: iso(foundAtMs),
    what: subject.what,
    subjectId: subject.what === 'rule' ? subject.id : '',
    name: subject.name,
    message,
    orders,
    sampleOrderIds: sample,
    dismissedBy,
  })),
});
