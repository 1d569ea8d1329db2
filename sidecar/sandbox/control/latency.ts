import { z } from 'zod';
import type { Request } from '../answer.ts';
import { matchesRoute } from './faults.ts';

/** How long an answer takes: fixed, uniform between two bounds, or skewed with a median and a 99th percentile. */
export const LatencySchema = z
  .strictObject({
    ms: z.number().min(0).optional(),
    min: z.number().min(0).optional(),
    max: z.number().min(0).optional(),
    p50: z.number().positive().optional(),
    p99: z.number().positive().optional(),
    route: z.string().optional(),
    method: z.string().toUpperCase().optional(),
    /** before: the work is done at the end of the wait, as by a slow server. after: at once, only the answer is late. */
    when: z.enum(['before', 'after']).default('before'),
  })
  .refine(
    (rule) =>
      rule.ms !== undefined ||
      (rule.min !== undefined && rule.max !== undefined) ||
      (rule.p50 !== undefined && rule.p99 !== undefined),
    {
      error: 'give ms, or min and max, or p50 and p99',
    },
  );
export type LatencyRule = z.infer<typeof LatencySchema>;

/** Standard deviations from the median to the 99th percentile. */
const Z99 = 2.326;

export class Latency {
  private rules: LatencyRule[] = [];

  set(rules: readonly LatencyRule[]): void {
    this.rules = [...rules];
  }

  get current(): readonly LatencyRule[] {
    return this.rules;
  }

  /** Milliseconds this request waits; the last rule that fits decides. */
  of(request: Request, operation: string | null): { ms: number; when: 'before' | 'after' } {
    const rule = this.rules.findLast((known) => matchesRoute(known, request, operation));
    return rule ? { ms: draw(rule), when: rule.when } : { ms: 0, when: 'before' };
  }
}

function draw(rule: LatencyRule): number {
  if (rule.ms !== undefined) return rule.ms;
  if (rule.min !== undefined && rule.max !== undefined) return rule.min + Math.random() * (rule.max - rule.min);
  const { p50 = 0, p99 = 0 } = rule;
  // Box-Muller: a normal deviate; answer times are close to log-normal.
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return p50 * Math.exp((Math.log(p99 / p50) / Z99) * normal);
}
