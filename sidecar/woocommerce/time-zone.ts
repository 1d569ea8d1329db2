import type { RestIndex } from './schemas.ts';

/** The site's zone by name, or by offset where the owner chose "UTC+9": `+09:00`, which Intl takes as well. */
export function siteTimeZone({ timezone_string, gmt_offset }: Pick<RestIndex, 'timezone_string' | 'gmt_offset'>): string {
  if (timezone_string) return timezone_string;
  const minutes = Math.round(Number(gmt_offset ?? 0) * 60) || 0; // NaN for anything that is no number
  const size = Math.abs(minutes);
  const two = (part: number) => String(part).padStart(2, '0');
  return minutes === 0 ? 'UTC' : `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
