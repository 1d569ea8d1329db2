/**
 * Every fact about Oracle that nobody could confirm, as a switch: what the sandbox does by default, what else a pod may do, and
 * where the contract (oracle-fusion-contract.md) says so. Set with `--switch name=value`, in the seed (`switches`), or while
 * running with `POST /__sandbox/switches`. A client that only works with the defaults agrees with our guess, not with Oracle.
 */
interface Choice {
  default: string;
  values: readonly string[];
  section: string;
  means: string;
}
interface Amount {
  default: number;
  section: string;
  means: string;
}

const yesNo = (value: boolean, section: string, means: string) =>
  ({ default: value ? 'on' : 'off', values: ['on', 'off'], section, means }) as const;
const oneOf = <const T extends readonly [string, ...string[]]>(values: T, section: string, means: string) => ({
  default: values[0] as T[number],
  values,
  section,
  means,
});
const amount = (value: number, section: string, means: string): Amount => ({ default: value, section, means });

export const SWITCHES = {
  // Framework
  defaultFrameworkVersion: oneOf(['1', '2', '3', '4'], '1.2', 'Version in force when REST-Framework-Version is absent.'),
  highestFrameworkVersion: oneOf(['9', '4', '8'], '1.1, 1.2', 'Highest version the pod takes; above it: 406, empty.'),
  errorMediaTypeWith4: oneOf(['refuse', 'accept'], '1.2', 'Version 4 with the error media type in Accept: 406, empty.'),
  missingActionStatus: oneOf(['404', '400'], '0', 'Answer to an action that this release does not have.'),
  strictActionMediaType: yesNo(true, '1.4', 'Actions take application/vnd.oracle.adf.action+json only, else 415.'),
  postStatus: oneOf(['201', '200'], '1.5', 'Status of a POST that created something.'),
  failedBatchStatus: oneOf(['400', '500'], '1.4', 'Status of a batch whose part failed.'),
  errorCodes: oneOf(
    ['names', 'numbers', 'both'],
    '1.5',
    'names: AR_BU_NOT_FOUND in o:errorCode, AR numbers in detail. numbers: no names.',
  ),
  unauthorizedBody: oneOf(['html', 'empty'], '7', 'Body of a 401.'),
  queryOperators: oneOf(['all', 'seen'], '1.3', 'seen: the row-match form takes = > and or only.'),
  finderMatch: oneOf(['exact', 'prefix'], '13', 'How text variables of search finders are compared.'),
  maxPageSize: amount(500, '1.3', 'A higher limit is lowered silently. Clients report 499.'),
  numberForText: oneOf(['accept', 'refuse'], '1.3', 'A JSON number where text is expected.'),
  newRowInvisibleMs: amount(0, '1.5, 9', 'For so long a new row is missing from every read.'),
  idDigits: oneOf(['18', '15'], '1.3', 'Digits of transactional ids. 15 fit a double, 18 do not.'),
  combinationSegments: yesNo(false, '13', "accountCombinationsLOV also carries the chart's segments and _CONCATENATED."),
  yesNoText: oneOf(['Y', 'Yes'], '9', 'How IsLatestApplication and PrimarySite say yes: Y/N or Yes/No.'),
  tokenScopeRequired: yesNo(false, '7', 'A token request without scope is refused.'),
  clientUserMissing: oneOf(['401', '403'], '7', 'Answer to a token whose client is no user of the pod.'),

  // Transactions
  automaticNumbering: oneOf(['ignore', 'refuse'], '2.1', 'A number sent to a source that numbers by itself.'),
  duplicateScope: oneOf(['source', 'business-unit', 'ledger'], '2.6', 'Where a TransactionNumber must be unique.'),
  createdStatus: oneOf(['Complete', 'Incomplete'], '2.2', 'Status of a transaction created without one.'),
  foreignCurrency: oneOf(['allow', 'ledger-only'], '10 #9', 'ledger-only: AR_FUNC_CURRENCY_REQ for any other currency.'),
  defaultRateType: oneOf(['Corporate', 'none'], '2.2', 'Rate type of a foreign document that names none; none: refused.'),
  rateWithoutUser: oneOf(['refuse', 'ignore'], '2.2', 'ConversionRate sent with a type other than User.'),
  rateInLedgerCurrency: oneOf(['refuse', 'ignore'], '3.1', 'Conversion attributes on a document in the ledger currency.'),
  rateInPostAnswer: yesNo(false, '2.4', "A POST's answer carries a rate that Oracle found itself."),
  headerFreight: oneOf(['by-type', 'allow'], '2.3', "FreightAmount: by the type's allowFreight, or always."),
  lineSign: oneOf(['by-type', 'allow'], '2.3', "Negative totals: by the type's creationSign, or always."),
  taxRounding: oneOf(['line', 'invoice'], '2.3', 'Where computed tax is rounded.'),
  unbalancedDistributions: oneOf(
    ['refuse-own', 'refuse', 'accept'],
    '2.3',
    'Distributions that do not add up; refuse-own: only where the document itself sent the amount, not for computed tax or the receivable.',
  ),
  amountsFromDistributions: yesNo(
    true,
    '2.3',
    'Tax (of a classification without rates) and freight that only distributions mention exist.',
  ),
  closedDefaultDate: oneOf(['refuse', 'next-open'], '2.2', 'AccountingDate left out and the default falls in a closed period.'),
  incompleteWithActivity: oneOf(['refuse', 'allow'], '2.5', 'Incompleting an invoice that has applications.'),
  creditReasonMatch: oneOf(['either', 'code', 'meaning'], '4.1', 'CreditReason is a lookup code or its meaning.'),
  standardMemosInRest: yesNo(false, '13', 'AR_STD_CM_REST: memos made against an invoice show in receivablesCreditMemos.'),
  invoiceNeedsProfile: yesNo(false, '5.3', 'An account without profile can be billed no more.'),

  // Receipts and applications
  receiptStateAndStatus: oneOf(
    ['progress-in-state', 'progress-in-status'],
    '3.1',
    'State "Cleared" with Status "Unapplied" as in the sample, or State "UNAPPLIED" with Status "CLEARED" as the attribute texts have it.',
  ),
  receiptAmountsAsText: yesNo(false, '1.3, 3.1', 'Receipt amounts are quoted in answers, as in the published samples.'),
  receiptPostAnswer: oneOf(
    ['computed', 'bare'],
    '3.1',
    'bare: State, Status, UnappliedAmount, AccountedAmount are null in the answer.',
  ),
  zeroReceipts: oneOf(['refuse', 'accept'], '3.1', 'Receipts of 0 or less.'),
  secondApplication: oneOf(['refuse', 'accept'], '3.2', 'Applying a receipt again to an installment it is applied to.'),
  overApplication: oneOf(['refuse', 'accept'], '3.2', 'Applying more than the installment is open for.'),
  otherCustomer: oneOf(['refuse', 'accept'], '3.2', "Applying to another customer's invoice (a system option)."),
  earlyApplicationDate: oneOf(['accept', 'refuse'], '3.3', 'An accounting date before that of receipt or invoice.'),
  actionResult: oneOf(['SUCCESS', 'null', 'id'], '3.2', 'What an action answers as result; id: of the application.'),
  bulkSeparator: oneOf([',', ';', '|'], '3.2', 'Between ids in appliedPaymentScheduleIds.'),
  reversalRows: oneOf(['shown', 'hidden'], '9', 'The negative row an unapplication makes, in the activities.'),
  applicationStatusText: oneOf(['meaning', 'code'], '9', 'Applied, Activity, On account; or APP, ACTIVITY, ACC.'),
  writeOffLimit: amount(0, '3.3', 'Highest activity application per user, in whole currency units; 0: none.'),
  refundNeedsRemittance: yesNo(true, '3.2', 'refundReceipt only on receipts that are remitted or cleared.'),

  miscReceiptNumbers: oneOf(
    ['unique', 'free'],
    '3.3',
    'A miscellaneous receipt of a number, date and amount that is there already: refused, or made a second time.',
  ),
  miscReceiptBankAccount: oneOf(
    ['by-method', 'required'],
    '3.3',
    "BankAccountNumber left out of a miscellaneous receipt: the receipt method's own, or refused.",
  ),

  // SOAP
  soapMtom: yesNo(false, '5.3', 'Answers come as MTOM multipart, as seen in the field.'),
  soapNamesApplication: yesNo(false, '3.3', 'Apply operations answer the ReceivableApplicationId as well.'),
  soapWrapper: oneOf(['as-documented', 'any'], '3.3', 'The element around the data object; any: its name is not checked.'),
  soapMemoOperations: oneOf(
    ['create', 'plain'],
    '4.2',
    'createApplyOnAccountCreditMemo like the confirmed receipt and refund operations, or applyOnAccountCreditMemo.',
  ),
  soapActivityOperation: oneOf(
    ['createActivityApplication', 'processActivityApplication'],
    '3.3',
    'The operation that writes a receipt to an activity (its twin ends in Unapplication). A published client stub has the first.',
  ),
} as const satisfies Record<string, Choice | Amount>;

export type SwitchName = keyof typeof SWITCHES;
export type Switches = {
  [K in SwitchName]: (typeof SWITCHES)[K] extends { values: readonly (infer V)[] } ? V : number;
};

/** All switches at their default. */
export function defaultSwitches(): Switches {
  return Object.fromEntries(Object.entries(SWITCHES).map(([name, rule]) => [name, rule.default])) as Switches;
}

/** Sets one switch from text or JSON. Fails with a RangeError that names what is allowed. */
export function setSwitch(switches: Switches, name: string, value: unknown): void {
  const rule: Choice | Amount | undefined = Object.hasOwn(SWITCHES, name) ? SWITCHES[name as SwitchName] : undefined;
  if (!rule) throw new RangeError(`There is no switch "${name}"; there are ${Object.keys(SWITCHES).join(', ')}`);
  const table = switches as Record<string, string | number>;
  if ('values' in rule) {
    const text = value === true ? 'on' : value === false ? 'off' : String(value);
    if (!rule.values.includes(text)) throw new RangeError(`Switch ${name} takes ${rule.values.join(' or ')}, not "${text}"`);
    table[name] = text;
    return;
  }
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new RangeError(`Switch ${name} takes a whole number, not "${String(value)}"`);
  table[name] = number;
}
