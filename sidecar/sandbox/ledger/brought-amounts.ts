import { childPayloads, type Payload, text } from '../rest/payload.ts';
import type { Call } from '../world.ts';
import { type DraftLine, type LineContext, readAmount } from './transaction-lines.ts';

/**
 * Tax and freight of which only the distributions speak. Oracle's published sample of a credit memo with distributions has neither
 * tax lines nor a freight amount: there the pod's own tax engine knew the tax. Where the seed knows none (a tax classification
 * without rates), the distributions say how much it was (switch amountsFromDistributions).
 *
 * Out   freight of the header; tax and freight of lines are added to `lines`
 */
export function bringAmounts(
  call: Call,
  context: LineContext,
  payload: Payload,
  lines: readonly DraftLine[],
  freight: number,
): number {
  if (call.world.switches.amountsFromDistributions === 'off') return freight;
  const rows = childPayloads(payload, context.names.distributions).flatMap((row) => {
    const amount = readAmount(text(row, 'Amount') ?? '', context.decimals);
    const named = text(row, context.names.distributionLine);
    const line =
      lines.find((known) => known.number === named) ?? (named === undefined && lines.length === 1 ? lines[0] : undefined);
    return amount === null
      ? []
      : [{ kind: text(row, 'AccountClass'), line, amount, taxLine: Number(text(row, 'DetailedTaxLineNumber') ?? 1) }];
  });
  const untaxed = new Set(lines.filter((line) => line.taxLines.length === 0));
  for (const { kind, line, amount, taxLine } of rows) {
    const classification = line && text(line.payload, 'TaxClassificationCode');
    if (kind !== 'Tax' || !line || classification === undefined || !untaxed.has(line)) continue;
    const known = line.taxLines.find((tax) => tax.number === taxLine);
    if (known) known.amount += amount;
    else
      line.taxLines.push({
        number: taxLine,
        amount,
        manual: true,
        rate: unknownRate(classification),
        taxable: line.amount,
        payload: null,
      });
    line.tax += amount;
  }
  if (freight !== 0 || lines.some((line) => line.freight !== 0)) return freight;
  let header = 0;
  for (const { kind, line, amount } of rows) {
    if (kind !== 'Freight') continue;
    if (line) line.freight += amount;
    else header += amount;
  }
  return header;
}

const unknownRate = (classification: string): DraftLine['taxLines'][number]['rate'] => ({
  regime: classification,
  code: classification,
  status: 'STANDARD',
  percent: '0',
  enabled: true,
});
