import type { ReferenceRow } from '../../../sidecar/apply/ports.ts';

/** A row of a list of values that may be used. */
export const listRow = (key: string, over: Partial<ReferenceRow> = {}): ReferenceRow => ({
  key,
  label: key,
  enabled: true,
  endDate: null,
  extra: {},
  ...over,
});
