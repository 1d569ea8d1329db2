import type * as api from '../../../sidecar/http/admin-contract.ts';
import type { Model } from './fixtures.ts';
import { fault, type Handlers } from './mock-api.ts';

export function referenceHandlers(now: Model): Handlers {
  return {
    'POST /reference/pull': () => {
      const pulledAt = new Date().toISOString();
      now.references.lists = now.references.lists.map((list) => ({ ...list, pulledAt, stale: false, failure: '' }));
      return { accepted: 1_283 };
    },
    'GET /reference/:list': ({ query }, part) => ({
      list: part,
      pulledAt: new Date(Date.now() - 3_600_000).toISOString(),
      rows: (now.reference[part] ?? []).filter(({ key, label }) =>
        `${key} ${label}`.toLowerCase().includes((query.search ?? '').toLowerCase()),
      ),
    }),
    'GET /references': () => now.references,
    'PUT /references/settings': ({ body }) => {
      now.references = { ...now.references, settings: body as api.References['settings'] };
      return now.references;
    },
    'GET /references/changes': ({ query }) => ({
      changes: now.referenceChanges.filter(
        ({ list, id }) => (!query.list || list === query.list) && (!query.before || id < Number(query.before)),
      ),
      nextBefore: null,
    }),
    'GET /references/notices': () => ({ notices: now.notices }),
    'POST /references/notices/:id/dismiss': (_, part) => {
      const notice = now.notices.find(({ id }) => id === Number(part));
      if (!notice) return fault(404, 'reference.unknown_notice', `There is no open notice ${part}.`);
      now.notices = now.notices.map((each) => (each === notice ? { ...each, dismissedBy: 'admin' } : each));
      return { notices: now.notices };
    },
  };
}
