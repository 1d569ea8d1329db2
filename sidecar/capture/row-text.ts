import { z } from 'zod';

/** Longer than any amount or instant; the rest of a value that is none tells nobody anything. */
const KEPT = 200;

/**
 * An amount or instant of a payment row, kept as it came, whatever it is: what cannot be read must stop neither its batch nor the rows
 * beside it. Whoever reads the row judges it (store/events.ts), and the order asks what to do.
 */
export const rowText = z
  .unknown()
  .transform((value): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, KEPT));
