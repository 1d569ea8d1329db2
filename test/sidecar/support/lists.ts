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

/** An AR period of a ledger: status O, F, C, N, P or W; days of the calendar. */
export const month = (ledgerId: string, name: string, status: string, start: string, end: string): ReferenceRow =>
  listRow(`${ledgerId}/${name}`, { label: name, extra: { start, end, status, ledgerId, adjustment: 'no' } });
