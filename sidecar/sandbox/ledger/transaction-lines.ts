import { type Decimal, fits, readDecimal, roundTo, times, toMinor } from '../decimal.ts';
import type { Issues } from '../errors.ts';
import { childPayloads, type Payload, text } from '../rest/payload.ts';
import { inForce, type TaxRate, type Unit } from '../seed/setup.ts';
import type { Call } from '../world.ts';
import type { TransactionNames } from './transaction-names.ts';

export interface DraftTaxLine {
  number: number;
  amount: number;
  manual: boolean;
  rate: TaxRate;
  taxable: number;
  payload: Payload | null;
}

export interface DraftLine {
  number: string;
  amount: number;
  freight: number;
  /** Sum of the tax lines. */
  tax: number;
  quantity: string;
  price: string;
  taxLines: DraftTaxLine[];
  /** What AutoAccounting finds by memo line or item. */
  revenueAccount: string | undefined;
  payload: Payload;
}

export interface LineContext {
  unit: Unit;
  currency: string;
  decimals: number;
  date: string;
  names: TransactionNames;
}

/** Resolves the lines of a transaction with their taxes; what is wrong goes to `issues`. */
export function draftLines(call: Call, context: LineContext, payload: Payload, issues: Issues): DraftLine[] {
  const seen = new Set<string>();
  const carry = new Map<string, { exact: Decimal; given: bigint }>();
  return childPayloads(payload, context.names.lines).map((row, index) => {
    const number = text(row, 'LineNumber') ?? String(index + 1);
    if (seen.has(number))
      issues.add('SBX_DUPLICATE_LINE_NUMBER', `The line number ${number} is used twice.`, `${row.at}/LineNumber`);
    seen.add(number);
    const memo = checkWhatIsSold(call, context, row, number, issues);
    const { quantity, price, amount } = readAmounts(context, row, number, issues);
    const freight = readFreight(context, row, issues);
    const taxLines = taxOf(call, context, row, amount, carry, issues);
    return {
      number,
      amount,
      freight,
      tax: taxLines.reduce((sum, line) => sum + line.amount, 0),
      quantity,
      price,
      taxLines,
      revenueAccount: memo.revenueAccount,
      payload: row,
    };
  });
}

/** Item, memo line or description; warehouse and unit of measure (section 10 #10-15, #32). */
function checkWhatIsSold(
  call: Call,
  { unit, names, date }: LineContext,
  row: Payload,
  number: string,
  issues: Issues,
): { revenueAccount: string | undefined } {
  const { seed, setup } = call.world;
  const itemNumber = text(row, 'ItemNumber');
  const memoName = text(row, 'MemoLine');
  const warehouse = text(row, 'Warehouse');
  if (itemNumber === undefined && memoName === undefined && text(row, names.lineDescription) === undefined) {
    issues.add('AR_LINE_ATTR_OPT_REQ', `Enter a value for item, memo line, or description for line ${number}.`, row.at);
  }
  const item = seed.items.find((known) => known.number === itemNumber);
  if (itemNumber !== undefined && !item) {
    issues.add('AR_ITEM_NOT_FOUND', `The item entered for line ${number} doesn't exist.`, `${row.at}/ItemNumber`);
  }
  if (item && !item.enabled) {
    issues.add('AR_INVALID_INVENTORY_ITEM_CODE', `The item ${item.number} entered is invalid.`, `${row.at}/ItemNumber`);
  }
  if (warehouse !== undefined) {
    const path = `${row.at}/Warehouse`;
    if (!seed.warehouses.includes(warehouse)) {
      issues.add('AR_WH_NOT_FOUND', `The warehouse ${warehouse} entered on line ${number} doesn't exist.`, path);
    } else if (itemNumber === undefined) {
      issues.add('AR_NO_ITEM_NO_WH', `You must provide an item for line ${number} to use a warehouse.`, path);
    } else if (item?.warehouses && !item.warehouses.includes(warehouse)) {
      issues.add(
        'AR_ITEM_INVENTORYORG_WS',
        `The item ${item.number} isn't in the inventory organization of warehouse ${warehouse}.`,
        path,
      );
    }
  }
  const memo = memoName === undefined ? undefined : setup.memoLine(unit, memoName);
  if (memoName !== undefined && !(memo && inForce(memo, date))) {
    issues.add('SBX_INVALID_MEMO_LINE', `The memo line ${memoName} isn't valid for this business unit.`, `${row.at}/MemoLine`);
  }
  const measure = text(row, 'UnitOfMeasure');
  if (measure !== undefined && !seed.unitsOfMeasure.some((known) => known.code === measure || known.name === measure)) {
    issues.add('AR_INVALID_UOM_CODE', `The unit of measure ${measure} isn't valid.`, `${row.at}/UnitOfMeasure`);
  }
  return { revenueAccount: memo?.revenueAccount ?? item?.revenueAccount };
}

/** Oracle multiplies quantity by unit price itself; a line that names only its amount counts as one piece. */
function readAmounts({ names, decimals }: LineContext, row: Payload, number: string, issues: Issues) {
  const amountText = text(row, names.lineAmount);
  const quantityText = text(row, names.lineQuantity) ?? (amountText === undefined ? undefined : '1');
  const priceText = text(row, 'UnitSellingPrice') ?? (text(row, names.lineQuantity) === undefined ? amountText : undefined);
  const quantity = readDecimal(quantityText ?? '');
  const price = readDecimal(priceText ?? '');
  if (!quantity || !price) {
    const missing = quantity ? 'UnitSellingPrice' : names.lineQuantity;
    issues.add('AR-856687', `Required information is missing for line ${number}: ${missing}.`, `${row.at}/${missing}`);
    return { quantity: '0', price: '0', amount: 0 };
  }
  if (names.resource === 'receivablesCreditMemos' && quantity.digits < 0n) {
    issues.add(
      'SBX_CREDIT_SIGN',
      `The quantity of line ${number} must be positive, its price negative.`,
      `${row.at}/${names.lineQuantity}`,
    );
  }
  const amount = toMinor(times(quantity, price), decimals);
  if (amount === null) issues.add('SBX_AMOUNT_PRECISION', `The amount of line ${number} is too large.`, row.at);
  const sent = readDecimal(amountText ?? '');
  if (sent && roundTo(sent, decimals) !== BigInt(amount ?? 0)) {
    issues.add(
      'SBX_LINE_AMOUNT',
      `The amount of line ${number} isn't its quantity times its price.`,
      `${row.at}/${names.lineAmount}`,
    );
  }
  return { quantity: quantityText ?? '0', price: priceText ?? '0', amount: amount ?? 0 };
}

function readFreight({ names, decimals }: LineContext, row: Payload, issues: Issues): number {
  const sent = text(row, names.lineFreight);
  if (sent === undefined) return 0;
  return readAmount(sent, decimals) ?? refuseAmount(sent, `${row.at}/${names.lineFreight}`, issues);
}

/** Minor units of a written amount; null when it has more decimals than the currency. */
export function readAmount(sent: string, decimals: number): number | null {
  const value = readDecimal(sent);
  return value && fits(value, decimals) ? toMinor(value, decimals) : null;
}

function refuseAmount(sent: string, path: string, issues: Issues): 0 {
  issues.add('SBX_AMOUNT_PRECISION', `The amount ${sent} isn't an amount of this currency.`, path);
  return 0;
}

/** Manual tax lines win; without them Oracle computes from the line's tax classification, or the unit's default one (contract section 2.3). */
function taxOf(
  call: Call,
  context: LineContext,
  row: Payload,
  taxable: number,
  carry: Map<string, { exact: Decimal; given: bigint }>,
  issues: Issues,
): DraftTaxLine[] {
  const { setup } = call.world;
  const code = text(row, 'TaxClassificationCode');
  const classification = code === undefined ? undefined : setup.taxClassification(context.unit, code);
  if (code !== undefined && !(classification && inForce(classification, context.date))) {
    issues.add(
      'SBX_INVALID_TAX_CLASSIFICATION',
      `The tax classification ${code} isn't valid for this business unit.`,
      `${row.at}/TaxClassificationCode`,
    );
  }
  const manual = childPayloads(row, context.names.taxLines);
  if (manual.length > 0) {
    if (!context.unit.manualTax) {
      issues.add(
        'SBX_MANUAL_TAX_NOT_ALLOWED',
        'The tax configuration of this business unit allows no manual tax lines.',
        `${row.at}/${context.names.taxLines}`,
      );
    }
    return manual.map((tax, index) => manualTax(call, context, tax, index, taxable, issues)).filter((tax) => tax !== null);
  }
  const byDefault = code === undefined ? context.unit.defaultTaxClassification : undefined;
  const named = byDefault === undefined ? classification : setup.taxClassification(context.unit, byDefault);
  const rates = named?.rates ?? [];
  const computed: DraftTaxLine[] = [];
  let before = 0;
  for (const [index, name] of rates.entries()) {
    const rate = setup.taxRate(name.regime, name.code);
    if (!rate || !inForce(rate, context.date)) continue;
    const base = taxable + (rate.compound ? before : 0);
    const amount = computeTax(call, base, rate, context.decimals, carry);
    before += amount;
    computed.push({ number: index + 1, amount, manual: false, rate, taxable: base, payload: null });
  }
  return computed;
}

function manualTax(
  call: Call,
  context: LineContext,
  tax: Payload,
  index: number,
  taxable: number,
  issues: Issues,
): DraftTaxLine | null {
  const regime = text(tax, 'TaxRegimeCode') ?? '';
  const code = text(tax, 'TaxRateCode') ?? '';
  const rate = call.world.setup.taxRate(regime, code);
  if (!rate || !inForce(rate, context.date)) {
    issues.add('SBX_INVALID_TAX_RATE', `The tax rate ${code} of regime ${regime} isn't valid.`, `${tax.at}/TaxRateCode`);
    return null;
  }
  const sent = text(tax, 'TaxAmount');
  if (sent === undefined) {
    issues.add('27014', 'You must provide a value for the attribute TaxAmount.', `${tax.at}/TaxAmount`);
    return null;
  }
  const amount = readAmount(sent, context.decimals) ?? refuseAmount(sent, `${tax.at}/TaxAmount`, issues);
  return { number: Number(text(tax, 'TaxLineNumber') ?? index + 1), amount, manual: true, rate, taxable, payload: tax };
}

/** Rounds per line, or per rate over the whole invoice by carrying the remainder along (switch taxRounding). */
function computeTax(
  call: Call,
  taxable: number,
  rate: TaxRate,
  decimals: number,
  carry: Map<string, { exact: Decimal; given: bigint }>,
): number {
  const percent = readDecimal(rate.percent) ?? { digits: 0n, scale: 0 };
  const exact = times({ digits: BigInt(taxable), scale: decimals }, { digits: percent.digits, scale: percent.scale + 2 });
  if (call.world.switches.taxRounding === 'line') return Number(roundTo(exact, decimals));
  const key = `${rate.regime}/${rate.code}`;
  const before = carry.get(key) ?? { exact: { digits: 0n, scale: exact.scale }, given: 0n };
  const sum = { digits: before.exact.digits + exact.digits, scale: exact.scale };
  const rounded = roundTo(sum, decimals);
  carry.set(key, { exact: sum, given: rounded });
  return Number(rounded - before.given);
}
