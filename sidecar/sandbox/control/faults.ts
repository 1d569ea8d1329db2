import { z } from 'zod';
import type { Request } from '../answer.ts';

/**
 * Faults on demand: which requests, which fault, after how many, how often. They stand before everything else, as a broken
 * network or gateway would, but hang-up-after-commit, slow, half and empty let the request do its work first.
 */
export const FaultSchema = z.strictObject({
  fault: z.enum([
    '401',
    '403',
    '429',
    '500',
    '502',
    '503',
    'hangup-before-commit',
    'hangup-after-commit',
    'slow',
    'html',
    'half',
    'empty',
    'not-json',
    'error',
  ]),
  /** Part of the path, `*` for any run of characters; also matches the SOAP operation. Absent: every API call but the token endpoint. */
  route: z.string().optional(),
  method: z.string().toUpperCase().optional(),
  /** How many requests it hits; 0: all until it is taken away. */
  count: z.int().min(0).default(1),
  /** How many matching requests pass first. */
  after: z.int().min(0).default(0),
  /** For 429 and 503: seconds; absent: no Retry-After. */
  retryAfter: z.number().min(0).optional(),
  retryAfterForm: z.enum(['seconds', 'date']).default('seconds'),
  /** For slow. */
  ms: z.int().min(0).default(1000),
  /** For html: status of the page. */
  status: z.int().default(200),
  /** For error: the code and text of a refusal Oracle might give. */
  code: z.string().optional(),
  detail: z.string().default('An error the sandbox was asked for.'),
});
export type Fault = z.infer<typeof FaultSchema>;

interface Armed {
  id: number;
  fault: Fault;
  seen: number;
  hit: number;
}

export class Faults {
  private list: Armed[] = [];
  private nextId = 1;

  add(fault: Fault): number {
    this.list.push({ id: this.nextId, fault, seen: 0, hit: 0 });
    this.nextId += 1;
    return this.nextId - 1;
  }

  clear(): void {
    this.list = [];
  }

  get armed(): readonly (Fault & { id: number; hit: number })[] {
    return this.list.map(({ id, fault, hit }) => ({ id, hit, ...fault }));
  }

  /** The fault this request meets, which is then used up by one. */
  take(request: Request, operation: string | null): Fault | null {
    for (const armed of this.list) {
      if (!matchesRoute(armed.fault, request, operation)) continue;
      armed.seen += 1;
      if (armed.seen <= armed.fault.after || (armed.fault.count > 0 && armed.hit >= armed.fault.count)) continue;
      armed.hit += 1;
      return armed.fault;
    }
    return null;
  }
}

/** True when a rule's route and method fit a request. Used by faults and latency alike. */
export function matchesRoute(
  rule: { route?: string | undefined; method?: string | undefined },
  request: Request,
  operation: string | null,
): boolean {
  if (rule.method !== undefined && rule.method !== request.method) return false;
  if (rule.route === undefined) return !request.path.startsWith('/oauth2/');
  const pattern = rule.route.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(pattern).test(request.path) || (operation !== null && new RegExp(pattern).test(operation));
}

/** The Retry-After header of a fault, if it has one. */
export function retryAfterHeader(seconds: number | undefined, form: 'seconds' | 'date', now: Date): Record<string, string> {
  if (seconds === undefined) return {};
  return { 'Retry-After': form === 'seconds' ? String(seconds) : new Date(now.getTime() + seconds * 1000).toUTCString() };
}
