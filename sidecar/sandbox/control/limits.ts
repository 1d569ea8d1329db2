import { z } from 'zod';

/** A hidden limit of the endpoint, for measuring how clients find it: calls in flight, calls per second, both, over time. */
const LimitSchema = z.strictObject({
  inFlight: z.int().positive().optional(),
  perSecond: z.number().positive().optional(),
});
export const LimitsSchema = z.strictObject({
  ...LimitSchema.shape,
  retryAfterSeconds: z.number().min(0).default(1),
  /** Takes over `afterMs` after the limits were set; the last that began is in force. */
  schedule: z.array(LimitSchema.extend({ afterMs: z.int().min(0) })).default([]),
});
export type LimitsRule = z.infer<typeof LimitsSchema>;

export class Limits {
  private rule: LimitsRule | null = null;
  private setAtMs = 0;
  private inFlight = 0;
  private nextFreeMs = 0;
  private counts = { allowed: 0, refused: 0, peakInFlight: 0 };

  set(rule: LimitsRule | null, nowMs: number): void {
    this.rule = rule;
    this.setAtMs = nowMs;
    this.nextFreeMs = 0;
    this.counts = { allowed: 0, refused: 0, peakInFlight: this.inFlight };
  }

  /** Null when the call may go on (leave() when done), else the seconds for Retry-After. */
  enter(nowMs: number): number | null {
    const { inFlight, perSecond } = this.inForce(nowMs);
    const tooMany = inFlight !== undefined && this.inFlight >= inFlight;
    if (tooMany || (perSecond !== undefined && !this.takeSlot(nowMs, perSecond))) {
      this.counts.refused += 1;
      return this.rule?.retryAfterSeconds ?? 1;
    }
    this.inFlight += 1;
    this.counts.allowed += 1;
    this.counts.peakInFlight = Math.max(this.counts.peakInFlight, this.inFlight);
    return null;
  }

  leave(): void {
    this.inFlight -= 1;
  }

  get state() {
    return { rule: this.rule, inFlight: this.inFlight, ...this.counts };
  }

  private inForce(nowMs: number): { inFlight?: number | undefined; perSecond?: number | undefined } {
    if (!this.rule) return {};
    const since = nowMs - this.setAtMs;
    return this.rule.schedule.filter((step) => step.afterMs <= since).at(-1) ?? this.rule;
  }

  /** Evenly spaced calls with a burst of a tenth of a second's worth. */
  private takeSlot(nowMs: number, perSecond: number): boolean {
    const spacing = 1000 / perSecond;
    const burst = Math.max(spacing, 100);
    const free = Math.max(this.nextFreeMs, nowMs - burst);
    if (free > nowMs) return false;
    this.nextFreeMs = free + spacing;
    return true;
  }
}
