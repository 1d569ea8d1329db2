import { z } from 'zod';
import type { Settings } from '../store/settings.ts';

/** How often lists of values are pulled, and how old a pull may be before something is posted by it. */
export const ReferenceSettingsSchema = z.strictObject({
  everyHours: z.int().min(1).max(168).default(6),
  maxAgeHours: z.int().min(1).max(720).default(24),
});
export type ReferenceSettings = z.infer<typeof ReferenceSettingsSchema>;

const NAME = 'references';
const HOUR_MS = 3_600_000;

export const referenceSettings = (settings: Pick<Settings, 'get'>): ReferenceSettings =>
  ReferenceSettingsSchema.parse(settings.get<unknown>(NAME)?.value ?? {});

/** Inside Committer.write. */
export function saveReferenceSettings(settings: Settings, value: ReferenceSettings, actor: string, nowMs: number): void {
  settings.save(NAME, value, null, actor, nowMs);
}

export const maxAgeMs = (settings: Pick<Settings, 'get'>): number => referenceSettings(settings).maxAgeHours * HOUR_MS;
export const pullEveryMs = (settings: Pick<Settings, 'get'>): number => referenceSettings(settings).everyHours * HOUR_MS;
