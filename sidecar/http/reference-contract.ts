import { z } from 'zod';
import { ReferenceSettingsSchema } from '../apply/reference-settings.ts';

export { ReferenceSettingsSchema };

/** Lists of values of both systems: how fresh they are, what pulls changed, what that broke. */
const instant = z.string();

export const ReferenceListViewSchema = z.object({
  list: z.string(),
  pulledAt: instant.nullable(),
  rows: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      enabled: z.boolean(),
      endDate: z.string().nullable(),
      /** Where a key stands for more than itself: regime and code of a tax rate. */
      extra: z.record(z.string(), z.string().nullable()).optional(),
    }),
  ),
});

export const ReferencesSchema = z.object({
  settings: z.object({ everyHours: z.number(), maxAgeHours: z.number() }),
  lists: z.array(
    z.object({
      list: z.string(),
      rows: z.number(),
      pulledAt: instant.nullable(),
      /** Why the last try failed; empty when it did not. */
      failure: z.string(),
      /** Older than a document may be posted by: pulled again before the next one. */
      stale: z.boolean(),
      /** In the last 30 days. */
      changes: z.number(),
    }),
  ),
});
export type References = z.infer<typeof ReferencesSchema>;

export const ReferenceChangesQuerySchema = z.object({
  list: z.string().max(40).optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const ReferenceChangesSchema = z.object({
  changes: z.array(
    z.object({
      id: z.number(),
      at: instant,
      list: z.string(),
      key: z.string(),
      label: z.string(),
      change: z.enum(['appeared', 'vanished', 'closed', 'opened', 'changed']),
      detail: z.string(),
    }),
  ),
  nextBefore: z.number().nullable(),
});
export type ReferenceChanges = z.infer<typeof ReferenceChangesSchema>;

export const ReferenceNoticesSchema = z.object({
  notices: z.array(
    z.object({
      id: z.number(),
      foundAt: instant,
      what: z.enum(['rule', 'setup', 'account']),
      /** Of a rule: its id. */
      subjectId: z.string(),
      name: z.string(),
      message: z.string(),
      /** Waiting or recent orders that would meet it. */
      orders: z.number(),
      sampleOrderIds: z.array(z.number()),
      dismissedBy: z.string().nullable(),
    }),
  ),
});
export type ReferenceNotices = z.infer<typeof ReferenceNoticesSchema>;

/** `:list` is a list of values, `:id` a notice. */
export const REFERENCE_ROUTES = [
  { method: 'GET', path: '/reference/:list', answer: ReferenceListViewSchema }, // ?search=
  { method: 'POST', path: '/reference/pull', answer: z.object({ accepted: z.number() }) },
  { method: 'GET', path: '/references', answer: ReferencesSchema },
  { method: 'PUT', path: '/references/settings', body: ReferenceSettingsSchema, answer: ReferencesSchema },
  { method: 'GET', path: '/references/changes', query: ReferenceChangesQuerySchema, answer: ReferenceChangesSchema },
  { method: 'GET', path: '/references/notices', answer: ReferenceNoticesSchema },
  { method: 'POST', path: '/references/notices/:id/dismiss', answer: ReferenceNoticesSchema },
] as const;
