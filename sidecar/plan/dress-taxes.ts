import { computedTax, isComputed } from '../derive/computed-tax.ts';
import type { Day } from '../domain/dates.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import { formatMinor, minor } from '../domain/money.ts';
import type { OrderLine, StoreOrder } from '../domain/order.ts';
import type { PostedLine } from '../domain/posted.ts';
import type { RuleFacts, RuleTrace } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import { whatOf } from './asked.ts';
import type { DressContext } from './dressed.ts';
import type { DraftLine } from './steps.ts';

/**
 * Adds a line's tax codes. In mode `oracle` the classification is all that is said, so a line on which the store charges no tax needs one
 * too: without any, Oracle would tax it by its own defaults. A tax that no computing gives (a refund of tax alone) is sent as it is.
 *
 * Fails   needs-attention tax.unmapped, tax.not_computable
 */
export function taxCodes(
  posted: PostedLine,
  line: DraftLine,
  like: PostedLine | null,
  facts: RuleFacts,
  context: DressContext,
  date: Day,
): Result<void> {
  const { taxMode, order } = context;
  // What was posted without tax is taken back without tax.
  if (like && line.taxes.length === 0 && like.taxCodes.length === 0) {
    if (like.untaxedAs) posted.untaxedAs = like.untaxedAs;
    return ok(undefined);
  }
  const { rates, computed } = ratesOf(line, like, order, taxMode);
  if (rates.length === 0) return untaxed(posted, line, like, facts, context, date);
  for (const rateId of rates) {
    const code = taxCode(rateId, like, facts, context, date);
    if (!code.ok) return code;
    posted.taxCodes.push(code.value.code);
    if (code.value.trace) posted.trace = [...posted.trace, code.value.trace];
  }
  if (computed) return ok(undefined);
  posted.taxSent = true;
  const nameless = posted.taxCodes.find(({ regime, rateCode }) => !regime || !rateCode);
  return nameless ? err(notComputable(line, nameless.rateId, context)) : ok(undefined);
}

/**
 * The store's rates that a line has to name to Oracle: those of its tax. Where Oracle computes, those as well that its net is taxed at
 * (of the posted line, or of the order's item) although its own tax is 0.00; none where computing would make another tax than 0.00.
 */
export function ratesOf(
  line: Pick<DraftLine, 'part' | 'net' | 'taxes'>,
  like: Pick<PostedLine, 'taxCodes'> | null,
  order: StoreOrder,
  taxMode: Setup['taxMode'],
): { rates: number[]; computed: boolean } {
  if (taxMode !== 'oracle') return { rates: line.taxes.map(({ rateId }) => rateId), computed: true };
  const item = itemOf(line, order);
  const known = like?.taxCodes.length ? like.taxCodes : (item?.taxes ?? []);
  const rates = [...new Set([...known, ...line.taxes].map(({ rateId }) => rateId))];
  if (line.taxes.length > 0) return { rates, computed: isComputed(line.net, line.taxes, rates, order.taxRates) };
  // The tax that coupons took off is the difference of two roundings.
  const most = line.part.startsWith('discount:') ? 1 : 0;
  const none = computedTax(line.net, rates, order.taxRates).every((tax) => tax !== null && Math.abs(tax) <= most);
  return { rates: none ? rates : [], computed: true };
}

/** The order's item that a line stands for, or whose coupons it stands for. */
const itemOf = ({ part }: Pick<DraftLine, 'part'>, { lines }: StoreOrder): OrderLine | undefined =>
  lines.find(({ itemId }) => part === `item:${itemId}` || part === `discount:${itemId}`);

function taxCode(
  rateId: number,
  like: PostedLine | null,
  facts: RuleFacts,
  { taxMode, order, book }: DressContext,
  date: Day,
): Result<{ code: PostedLine['taxCodes'][number]; trace?: RuleTrace }> {
  const enough = ({ regime, rateCode, classification }: PostedLine['taxCodes'][number]) =>
    taxMode === 'oracle' ? Boolean(classification) : regime !== '' && rateCode !== '';
  const kept = like?.taxCodes.find((code) => code.rateId === rateId);
  if (kept && enough(kept)) return ok({ code: kept });
  const choice = book.choose('tax', { ...facts, taxRateId: rateId }, date);
  const { taxRegime: regime = '', taxRateCode: rateCode = '', taxClassification: classification = null } = choice.outcome ?? {};
  const code = { rateId, regime, rateCode, classification };
  if (enough(code)) {
    const result = taxMode === 'oracle' ? (classification ?? '') : `${regime} / ${rateCode}`;
    return ok({ code, trace: { ...choice.trace, result } });
  }
  const name = taxName(rateId, order);
  return err(
    needsAttention(
      'tax.unmapped',
      `No Oracle tax ${taxMode === 'oracle' ? 'classification' : 'code'} for the store's ${name} (id ${rateId}).`,
      `Add a tax rule for ${name} (id ${rateId}).`,
      { detail: { subject: String(rateId) } },
    ),
  );
}

/** Where the store sends the tax, Oracle need not be told that there is none; a rule that says it is heard all the same. */
function untaxed(
  posted: PostedLine,
  line: DraftLine,
  like: PostedLine | null,
  facts: RuleFacts,
  { taxMode, order, book }: DressContext,
  date: Day,
): Result<void> {
  if (like?.untaxedAs) {
    posted.untaxedAs = like.untaxedAs;
    return ok(undefined);
  }
  const choice = book.choose('no-tax', facts, date);
  const classification = choice.outcome?.taxClassification;
  if (classification) {
    posted.untaxedAs = classification;
    posted.trace = [...posted.trace, { ...choice.trace, result: classification }];
    return ok(undefined);
  }
  if (taxMode !== 'oracle') return ok(undefined);
  return err(
    needsAttention(
      'tax.unmapped',
      `The store charges no tax on ${whatOf(line)} of order ${order.number}, and no rule names the Oracle tax classification for that; without one Oracle would tax it by its own defaults.`,
      'Add a rule of the kind "No tax" with the classification for lines without tax.',
      { detail: { subject: 'no tax' } },
    ),
  );
}

const UNTOLD =
  ' Its coupons stand on a line of their own, and the store does not say what its tax was at each rate before them (subtotal taxes that add up), so that line cannot take its share.';

function notComputable(line: DraftLine, rateId: number, { order, setup }: DressContext) {
  const rate = order.taxRates.find((candidate) => candidate.rateId === rateId);
  const money = (amount: number) => `${formatMinor(minor(amount), order.decimals)} ${order.currency}`;
  const tax = line.taxes.reduce((all, { amount }) => all + amount, 0);
  const name = rate?.code || String(rateId);
  const item = itemOf(line, order);
  const untold = setup.discounts === 'own-line' && item && item.net < item.subtotal && !item.subtotalTaxes;
  return needsAttention(
    'tax.not_computable',
    `${whatOf(line)} of order ${order.number}: a tax of ${money(tax)} on ${money(line.net)} is not what the tax rate ${name} (${rate?.percent ?? '?'} %) gives, so Oracle cannot compute it.${untold ? UNTOLD : ''}`,
    `${untold ? 'Recalculate the order in the store, or give' : 'Give'} the tax rule for ${name} a regime and a rate code as well, so that this amount can be sent as it is; then resume the order.`,
    { detail: { subject: String(rateId) } },
  );
}

/** A rate as the store writes it; plugins and imports may bring tax that names none, under id 0. */
export function taxName(rateId: number, { taxRates }: StoreOrder): string {
  const code = taxRates.find((rate) => rate.rateId === rateId)?.code;
  return rateId === 0 && !code ? 'tax without a rate' : `tax rate ${code || rateId}`;
}
