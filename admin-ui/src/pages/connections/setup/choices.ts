import type { Option } from '../../../components/fields.tsx';
import { host } from '../../../host.ts';

/** Every currency of ISO 4217 that the browser knows, with its name. */
export function currencies(): Option[] {
  const names = new Intl.DisplayNames(host.locale, { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}

export const timeZones = (): Option[] => Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }));
