import { z } from 'zod';
import type { Privacy } from '../apply/privacy.ts';
import type { AdminRequest } from './admin-request.ts';

const person = {
  email: z.string().min(3).max(320),
  customerIds: z.array(z.int().positive()).max(20).default([]),
};
const ExportSchema = z.strictObject({ ...person, page: z.int().min(1).max(100_000).default(1) });
const EraseSchema = z.strictObject(person);

const KeptSchema = z.object({
  items: z.array(
    z.object({
      group: z.enum(['customer', 'order']),
      id: z.string(),
      data: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  ),
  done: z.boolean(),
});
const ErasedSchema = z.object({
  customers: z.number(),
  orders: z.number(),
  accounts: z.array(z.string()),
  done: z.boolean(),
});

/**
 * For WordPress's own privacy tools, which ask for the right to export or erase others' data before they call. Signed by the plugin like
 * the admin API, and out of reach of its page: the plugin's proxy does not know them.
 */
export const PRIVACY_ROUTES = [
  { method: 'POST', path: '/privacy/export', body: ExportSchema, answer: KeptSchema },
  { method: 'POST', path: '/privacy/erase', body: EraseSchema, answer: ErasedSchema },
] as const;

export type PrivacyHandlers = ReturnType<typeof privacyHandlers>;

/** Handlers of PRIVACY_ROUTES. */
export function privacyHandlers(privacy: Privacy) {
  return {
    'POST /privacy/export': ({ body }: AdminRequest): Promise<z.infer<typeof KeptSchema>> => {
      const { page, ...who } = body as z.infer<typeof ExportSchema>;
      return privacy.kept(who, page);
    },
    'POST /privacy/erase': ({ body }: AdminRequest): Promise<z.infer<typeof ErasedSchema>> =>
      privacy.erase(body as z.infer<typeof EraseSchema>),
  };
}
