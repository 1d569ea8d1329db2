import { type ConditionName, conditionsOf } from './rule-order.ts';
import type { Rule, RuleKind, RuleOutcome } from './rules.ts';

type OutcomeName = keyof RuleOutcome;

const ACCOUNT: readonly OutcomeName[] = ['segments', 'memoLine'];
const FLEXFIELD: readonly OutcomeName[] = ['flexContext', 'flexAttributes'];
/** What a rule of each kind may give. */
export const OUTCOMES: Record<RuleKind, readonly OutcomeName[]> = {
  revenue: ACCOUNT,
  shipping: ACCOUNT,
  fee: ACCOUNT,
  discount: ACCOUNT,
  tender: ACCOUNT,
  rounding: ACCOUNT,
  tax: ['taxRegime', 'taxRateCode', 'taxClassification', ...ACCOUNT],
  'no-tax': ['taxClassification'],
  'receipt-method': ['receiptMethod', 'remittanceBankAccount', 'comments'],
  'transaction-type': ['transactionSource', 'invoiceType', 'creditMemoType', 'paymentTerms'],
  'business-unit': ['businessUnit'],
  'customer-policy': ['customerPolicy', 'accountNumber'],
  'descriptive-flexfield': FLEXFIELD,
  'line-flexfield': FLEXFIELD,
};

/** Kinds that answer with a GL account whatever the set-up says. */
export const givesAccount = (kind: RuleKind): boolean => OUTCOMES[kind] === ACCOUNT;

const OF_ORDER: readonly ConditionName[] = ['country', 'currency', 'gateway', 'customerId', 'role'];
const OF_PRODUCT: readonly ConditionName[] = ['sku', 'skuPattern', 'categoryId', 'productType', 'taxClass', ...OF_ORDER];
const OF_ANY_LINE: readonly ConditionName[] = [...OF_PRODUCT, 'shippingMethod', 'feeName'];
/** What is known of the part that a rule of each kind is asked about; any other condition never holds. */
export const CONDITIONS: Record<RuleKind, readonly ConditionName[]> = {
  revenue: OF_PRODUCT,
  discount: OF_PRODUCT,
  shipping: ['shippingMethod', ...OF_ORDER],
  fee: ['feeName', 'taxClass', ...OF_ORDER],
  tender: ['feeName', ...OF_ORDER],
  rounding: OF_ORDER,
  tax: ['taxRateId', ...OF_ANY_LINE],
  'no-tax': OF_ANY_LINE,
  'receipt-method': OF_ORDER,
  'transaction-type': OF_ORDER,
  'business-unit': OF_ORDER,
  'customer-policy': OF_ORDER,
  'descriptive-flexfield': OF_ORDER,
  'line-flexfield': OF_ANY_LINE,
};

/** What a rule gives although its kind has no use for it. */
export const strayOutcomes = ({ kind, outcome }: Rule): OutcomeName[] =>
  (Object.keys(outcome) as OutcomeName[]).filter((name) => outcome[name] !== undefined && !OUTCOMES[kind].includes(name));

/** Conditions that a rule of this kind never meets. */
export const strayConditions = ({ kind, when }: Rule): ConditionName[] =>
  conditionsOf(when)
    .map(([name]) => name)
    .filter((name) => !CONDITIONS[kind].includes(name));

export type Lack =
  | 'account'
  | 'tax'
  | 'no-tax'
  | 'receipt-method'
  | 'transaction-type'
  | 'business-unit'
  | 'customer-policy'
  | 'flexfield';

/** What a rule would have to give to be of any use; null when it gives enough. */
export function lacks({ kind, outcome }: Pick<Rule, 'kind' | 'outcome'>): Lack | null {
  const account = Object.keys(outcome.segments ?? {}).length > 0 || Boolean(outcome.memoLine);
  switch (kind) {
    case 'receipt-method':
      return outcome.receiptMethod ? null : 'receipt-method';
    case 'tax':
      return account || outcome.taxRateCode || outcome.taxClassification ? null : 'tax';
    case 'no-tax':
      return outcome.taxClassification ? null : 'no-tax';
    case 'transaction-type':
      return OUTCOMES[kind].some((name) => outcome[name]) ? null : 'transaction-type';
    case 'business-unit':
      return outcome.businessUnit ? null : 'business-unit';
    case 'customer-policy':
      return outcome.customerPolicy && (outcome.customerPolicy === 'own' || outcome.accountNumber) ? null : 'customer-policy';
    case 'descriptive-flexfield':
    case 'line-flexfield':
      return Object.keys(outcome.flexAttributes ?? {}).length > 0 ? null : 'flexfield';
    default:
      return account ? null : 'account';
  }
}
