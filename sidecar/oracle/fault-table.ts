/**
 * Oracle's refusals, one row each: how it is told, our slug, what was expected and where a bookkeeper mends it.
 * Pure data; classify-answer.ts reads it. Rows are tried in order: by code and the attribute the refusal names, by code, by words alone where
 * no attribute belongs to it, by attribute, by words.
 * Source: contract section 10 (numbers in comments) and section 13. Codes Oracle's pages do not show are told by attribute and words.
 */
export interface FaultRow {
  slug: string;
  /** As read-fault.ts finds them: message names, AR numbers, bare JBO numbers. */
  codes?: string[];
  /** Attributes, REST and SOAP names, whose refusal means this. The first one sent is the value "found". */
  attributes?: string[];
  /** Last resort, on Oracle's English words. */
  words?: RegExp;
  /** What the field is called in a sentence. */
  field?: string;
  /** The sentence after "expected". */
  expected?: string;
  /** The whole message instead, where no field is at fault. */
  message?: string;
  action: string;
  /** `attention` when absent. `retry`: again later. `wait`: others have to act first; again each hour. `look-up`: Oracle may hold the document already. */
  who?: 'attention' | 'retry' | 'wait' | 'look-up';
}

const SETUP = 'Correct it in Connections, set-up';

export const FAULT_ROWS: readonly FaultRow[] = [
  {
    slug: 'oracle.period_closed',
    words: /period.{0,80}(clos|not open|isn.t open|never opened)|(clos|not open|isn.t open).{0,60}period/i,
    attributes: ['AccountingDate', 'GlDate', 'ApplyGlDate', 'ReversalGlDate'],
    field: 'accounting date',
    expected: 'a day in a Receivables period that is open or future-enterable',
    action:
      'Open the period in Receivables (Accounting Periods), or choose the policy "first day of the next open period" in Connections, then resume.',
  },
  {
    slug: 'oracle.business_unit_unknown', // 1, 23
    codes: ['AR_BU_NOT_FOUND', 'AR_RAPI_BU_INVALID'],
    attributes: ['BusinessUnit', 'CreditMemoBusinessUnit'],
    field: 'business unit',
    expected: 'the name of a business unit with Receivables that the integration user may use',
    action: `${SETUP}, or give the integration user data access to the business unit (Manage Data Access for Users).`,
  },
  {
    slug: 'oracle.source_unknown', // 2
    codes: ['AR_BATCH_SOURCE_NOT_FOUND'],
    attributes: ['TransactionSource', 'CreditMemoBatchSource'],
    field: 'transaction source',
    expected: 'the name of an active transaction source in the set of the business unit',
    action: `${SETUP}, or create the source in Receivables (Manage Transaction Sources).`,
  },
  {
    slug: 'oracle.type_not_in_source', // section 13
    codes: ['AR_INVAL_CUST_TRX_TYPE_ID', 'AR-856386'],
    attributes: ['TransactionType', 'CustomerTransactionTypeSequenceId'],
    field: 'transaction type',
    expected: 'an active type of this class (invoice or credit memo) that belongs to the transaction source',
    action: `${SETUP}; credit memos need a source and a type of their own (Manage Transaction Types).`,
  },
  {
    slug: 'oracle.customer_unknown', // 3
    codes: ['AR_BILL_TO_CUST_NOT_FOUND'],
    attributes: ['BillToCustomerNumber', 'BillToCustomerName', 'CustomerAccountNumber', 'CustomerName'],
    field: 'bill-to account',
    expected: 'the number of an active customer account',
    action:
      'Find the account in Oracle (Manage Customers) and correct the mapping of this customer, or the shared account in Connections.',
  },
  {
    slug: 'oracle.site_unknown', // 4
    codes: ['AR_BILL_TO_SITE_NOT_FOUND'],
    attributes: ['BillToSite', 'CustomerSite'],
    field: 'bill-to site',
    expected: 'the number of an active bill-to site of this account in the set of the business unit',
    action:
      'Check the account sites in Oracle (Manage Customers) and correct the mapping, or leave the site empty to use the primary one.',
  },
  {
    slug: 'oracle.site_ambiguous', // 5
    codes: ['AR_BILL_TO_SITE_DUPLICATE'],
    field: 'bill-to site',
    expected: 'a number that only one bill-to site has',
    action: 'Name the site in the mapping of the customer, or make one site primary in Oracle (Manage Customers).',
  },
  {
    slug: 'oracle.ship_to_invalid', // 6, 7, 8
    codes: ['AR_SHIP_TO_CUST_NOT_FOUND', 'AR_SHIP_TO_CUST_NUM_REQ', 'AR_SHIP_TO_SITE_NOT_FOUND'],
    attributes: ['ShipToCustomerName', 'ShipToCustomerNumber', 'ShipToSite', 'ShipToCustomerSite'],
    message: 'Oracle does not take the ship-to customer or site of the document.',
    action:
      'Give the customer account an active ship-to site in Oracle, or remove the ship-to default from the transaction type or the account; then resume.',
  },
  {
    slug: 'oracle.currency_refused', // 9, 25
    codes: ['AR_FUNC_CURRENCY_REQ', 'AR_RAPI_CURR_CODE_INVALID'],
    attributes: ['InvoiceCurrencyCode', 'CreditMemoCurrency', 'Currency', 'CurrencyCode'],
    field: 'currency',
    expected: 'a currency that is enabled and allowed for the ledger, the source and the receipt method',
    action:
      'Enable the currency in Oracle (Manage Currencies; receipt methods: remittance account in that currency), then resume.',
  },
  {
    slug: 'oracle.conversion_invalid',
    attributes: ['ConversionRateType', 'ConversionRate', 'ConversionDate', 'ConversionRateDate', 'ExchangeRate'],
    words: /(conversion|exchange) rate/i,
    field: 'conversion rate type',
    expected: 'a rate type with a rate for this currency and day',
    action: "Enter the day's rate in General Ledger (Manage Daily Rates), or choose another conversion type in Connections.",
  },
  {
    slug: 'oracle.item_unknown', // 10, 11
    codes: ['AR_ITEM_NOT_FOUND', 'AR_INVALID_INVENTORY_ITEM_CODE'],
    attributes: ['ItemNumber'],
    field: 'item',
    expected: 'an item of the inventory organization',
    action: 'AR Bridge sends no item numbers: look for a default on the memo line in Oracle.',
  },
  {
    slug: 'oracle.memo_line_unknown',
    attributes: ['MemoLine', 'MemoLineName'],
    words: /memo line/i,
    field: 'memo line',
    expected: 'the name of an active standard memo line in the set of the business unit',
    action: 'Correct the memo line in the rule that chose it, or create it in Receivables (Manage Standard Memo Lines).',
  },
  {
    slug: 'oracle.line_incomplete', // 12, 20
    codes: ['AR_LINE_ATTR_OPT_REQ', 'AR-856687'],
    message: 'Oracle finds a line incomplete: it needs an item, a memo line or a description, and quantity and price.',
    action: 'Look at the line in the document; give it a memo line by a rule if the transaction type asks for one.',
  },
  {
    slug: 'oracle.warehouse_unknown', // 13, 14, 15
    codes: ['AR_WH_NOT_FOUND', 'AR_NO_ITEM_NO_WH', 'AR_ITEM_INVENTORYORG_WS'],
    attributes: ['Warehouse'],
    message: 'Oracle refuses a warehouse on a line; AR Bridge sends none.',
    action: 'Remove the warehouse default from the memo line or the transaction type in Oracle.',
  },
  {
    slug: 'oracle.duplicate_number', // 16, 21
    codes: ['AR-855040', 'AR_RCP_DUP_NUM'],
    words: /already (exists|been used|in use)/i,
    field: 'document number',
    expected: 'a number that Oracle does not hold yet: an earlier attempt may have created this very document',
    action: 'Nothing, as a rule: the document is looked up by its number and adopted when it is ours.',
    who: 'look-up',
  },
  {
    slug: 'oracle.remit_to_missing', // 17
    codes: ['AR-855322'],
    attributes: ['RemitToAddress'],
    message: 'Oracle finds no default remit-to address for the customer.',
    action: "Define a default remit-to address for the customer's country in Receivables (Manage Remit-to Addresses).",
  },
  {
    slug: 'oracle.customer_missing', // 18
    codes: ['AR-856520'],
    message: 'Oracle asks for the name or account number of the bill-to customer.',
    action: 'Map the customer of this order to an account, or name a shared account in Connections.',
  },
  {
    slug: 'oracle.site_missing', // 19
    codes: ['AR-856522'],
    message: 'Oracle asks for a bill-to site: the account has no primary one.',
    action: 'Make one bill-to site primary in Oracle (Manage Customers), or name the site in the mapping.',
  },
  {
    slug: 'oracle.receipt_method_invalid', // 24
    codes: ['AR_INVAL_RECEIPT_MTH_ID'],
    attributes: ['ReceiptMethod', 'ReceiptMethodId', 'ReceiptMethodName'],
    field: 'receipt method',
    expected: 'an active receipt method with a remittance bank account of this business unit and currency',
    action:
      'Correct the receipt method of the gateway under Rules, or complete the method in Oracle (Manage Receipt Classes and Methods).',
  },
  {
    slug: 'oracle.bank_account_unknown',
    attributes: ['RemittanceBankAccountNumber', 'RemittanceBankName', 'RemittanceBankAccountId', 'BankAccountNumber'],
    field: 'remittance bank account',
    expected: 'a bank account assigned to the receipt method in this currency',
    action: 'Correct the bank account of the gateway under Rules, or assign it to the receipt method in Oracle.',
  },
  {
    slug: 'oracle.receipt_method_unsupported', // 26
    codes: ['AR_BOE_OBSOLETE'],
    field: 'receipt method',
    expected: 'a method with manual or automatic receipts; bills of exchange are not supported',
    action: 'Choose another receipt method for the gateway under Rules.',
  },
  {
    slug: 'oracle.source_system_unregistered', // 34
    codes: ['HZ_INVALID_ORIG_SYSTEM', 'HZ-120559'],
    attributes: ['SourceSystem', 'OrigSystem'],
    field: 'source system',
    expected: 'a code registered in Trading Community',
    action: 'Register the source system in Oracle (Manage Trading Community Source Systems), or correct it in Connections.',
  },
  {
    slug: 'oracle.party_usage_missing', // 35
    codes: ['HZ-120421'],
    message: 'Oracle refuses the account because its party is not marked as a customer.',
    action: 'Add the party usage "Customer" to the party in Oracle, then resume.',
  },
  {
    slug: 'oracle.account_missing', // section 13
    codes: ['AR_INVALID_GL_ACCOUNT', 'AR-855039'],
    message: 'Oracle found no account for a line: neither the line nor AutoAccounting names one.',
    action: 'Give the line an account by a rule, or complete AutoAccounting for the transaction type in Receivables.',
  },
  {
    slug: 'oracle.account_combination_invalid', // the code of the row above, where it is about a combination that was sent
    codes: ['AR_INVALID_GL_ACCOUNT', 'AR-855039'],
    attributes: ['AccountCombination', 'CodeCombination'],
    words: /(account|code) combination|segment value|cross.validation/i,
    field: 'account combination',
    expected: "enabled segment values in an allowed combination of the ledger's chart of accounts",
    action: 'Correct the segments in the rule that chose them, or enable the value or combination in General Ledger.',
  },
  {
    slug: 'oracle.tax_rate_unknown',
    attributes: ['TaxRateCode', 'TaxRegimeCode', 'Tax', 'TaxStatusCode', 'TaxJurisdictionCode'],
    words: /tax (rate|regime|status|jurisdiction)/i,
    field: 'tax rate',
    expected: 'an active rate of the regime, with manual tax lines allowed',
    action: 'Correct the tax mapping under Rules, or allow entry of manual tax lines for the tax in Oracle (Manage Taxes).',
  },
  {
    slug: 'oracle.tax_code_unknown',
    attributes: ['TaxClassificationCode'],
    words: /tax classification/i,
    field: 'tax classification',
    expected: 'an active output tax classification code of the business unit',
    action: 'Correct the tax mapping under Rules, or enable the code in Oracle (Manage Tax Classification Codes).',
  },
  {
    slug: 'oracle.payment_terms_unknown',
    attributes: ['PaymentTerms', 'PaymentTermsName'],
    words: /payment terms?/i,
    field: 'payment terms',
    expected: 'the name of active payment terms in the set of the business unit',
    action: `${SETUP}, or create the terms in Receivables (Manage Receivables Payment Terms).`,
  },
  {
    slug: 'oracle.reason_unknown',
    attributes: [
      'CreditReason',
      'LineCreditReason',
      'ReversalReasonCode',
      'ReversalCategory',
      'reversalReasonCode',
      'reversalCategoryCode',
    ],
    field: 'reason',
    expected: 'a reason or category of the Receivables lookups',
    action: `${SETUP}, or add the lookup code in Receivables (Manage Receivables Lookups).`,
  },
  {
    slug: 'oracle.fee_activity_unknown', // ReceivableActivityName is an attribute of miscellaneous receipts alone
    attributes: ['ReceivableActivityName'],
    field: 'receivables activity for gateway fees',
    expected: 'an active receivables activity of type Miscellaneous Cash in the business unit',
    action:
      'Correct the activity for gateway fees in Connections, or create it in Receivables (Manage Receivables Activities) with type Miscellaneous Cash and the account for bank fees; then resume.',
  },
  {
    slug: 'oracle.activity_unknown',
    attributes: ['ReceivableTrxName', 'ReceivablesTrxId'],
    words: /receivables activit/i,
    field: 'receivables activity',
    expected: 'an active receivables activity of the business unit that receipts may be applied to',
    action: 'Correct the activity of the gateway in Connections, or create it in Receivables (Manage Receivables Activities).',
  },
  {
    slug: 'oracle.payment_method_unknown',
    attributes: ['RefundPaymentMethodCode', 'paymentMethodCode'],
    field: 'refund payment method',
    expected: 'a disbursement payment method code of Payments',
    action: 'Correct the refund payment method in Connections.',
  },
  {
    slug: 'oracle.receipt_not_refundable',
    words: /remitted.{0,20}cleared|cleared.{0,20}remitted/i,
    message: 'Oracle refunds a receipt only once it is remitted or cleared.',
    action: 'Remit or clear the receipt in Receivables; the refund is tried again.',
    who: 'wait',
  },
  {
    slug: 'oracle.receipt_refunded',
    words: /refund.{0,60}\brevers|\brevers.{0,60}refund/i,
    message: 'Oracle does not reverse a receipt whose money Payables is paying back, or has paid back.',
    action:
      'If the payment can still be stopped, cancel it in Oracle Payables and resume: the receipt is free again and is reversed. If the money has left, take the decision back and leave the receipt as it is.',
  },
  {
    slug: 'oracle.limit_exceeded',
    words: /(approval|write.?off|refund) limit|exceeds? your limit/i,
    message: 'The amount is above the limit of the integration user.',
    action: 'Raise the limit in Receivables (Manage Approval Limits), or settle this amount in Oracle by hand.',
  },
  {
    slug: 'oracle.over_application',
    attributes: ['AmountApplied', 'amountApplied', 'amount'],
    words:
      /(amount|balance).{0,60}(exceed|greater than|more than|zero)|(exceed|greater|more).{0,60}(amount|balance)|over.?appl|no open balance/i,
    field: 'amount',
    expected: 'at most the open balance of the invoice and what is still unapplied of the receipt or credit memo',
    action: 'Somebody changed these documents in Oracle: compare their balances with the order, then resume.',
  },
  {
    slug: 'oracle.other_customer',
    words: /(belongs to|of) (another|a different) customer/i,
    message: 'The invoice belongs to another customer than the receipt or credit memo.',
    action: 'Allow payment of unrelated transactions in Receivables (System Options), or make the customers related in Oracle.',
  },
  {
    slug: 'oracle.receipt_unknown',
    codes: ['AR_RAPI_RCPT_NUM_INVALID', 'AR-855742'],
    attributes: ['ReceiptId', 'ReceiptNumber'],
    field: 'receipt',
    expected: 'a receipt of this business unit that is not reversed',
    action: 'Look the receipt up in Receivables: it may have been reversed or deleted by hand.',
  },
  {
    slug: 'oracle.value_too_long',
    words: /too long|longer than|maximum length|exceeds? .{0,40}(length|characters)|has \d+ characters/i,
    message: 'Oracle finds a value longer than its attribute takes.',
    action: 'Shorten the name in Connections or Rules that Oracle names below; texts of orders are cut by AR Bridge itself.',
  },
  {
    slug: 'oracle.profile_class_unknown',
    attributes: ['ProfileClassName'],
    words: /profile class/i,
    field: 'profile class',
    expected: 'the name of an active customer profile class',
    action: `${SETUP}, or create the class in Receivables (Manage Receivables Customer Profile Classes).`,
  },
  {
    slug: 'oracle.set_unknown',
    attributes: ['SetId', 'SetCode'],
    field: 'reference data set',
    expected: 'a set that the business unit uses for customer account sites',
    action: `${SETUP} (set of new account sites).`,
  },
  {
    slug: 'oracle.address_invalid',
    attributes: ['Country', 'State', 'PostalCode', 'City', 'County', 'Address1'],
    field: 'address',
    expected: "an address that Oracle's geography of that country accepts",
    action:
      'Correct the billing address in the store, or relax geography validation for the country in Oracle (Manage Geographies).',
  },
  {
    slug: 'oracle.created_by_another', // section 13
    codes: ['26104', '26075'],
    words: /another user.{0,40}created/i,
    message: 'Somebody else creates the same record at this moment.',
    action: 'Nothing: it is looked up and tried again.',
    who: 'retry',
  },
  {
    slug: 'oracle.changed_by_another', // 31
    codes: ['25014'],
    words: /changed by another user/i,
    message: 'Somebody else changed the record at this moment.',
    action: 'Nothing: it is tried again.',
    who: 'retry',
  },
  {
    slug: 'oracle.attribute_missing', // 22, 28
    codes: ['FND_CMN_REQ_ATTRIB_API_SERV', '27014'],
    message: 'Oracle asks for an attribute that was not sent.',
    action: 'Look at the attribute named below; where the transaction type or source makes it mandatory, lift that in Oracle.',
  },
  {
    slug: 'oracle.attribute_unknown', // 36
    words: /invalid attribute .{0,80} payload/i,
    message: 'Oracle does not know an attribute of the request.',
    action: 'Check release and framework version of the pod with "Test set-up"; report the attribute named below.',
  },
  {
    slug: 'oracle.validation_failed', // 29
    codes: ['27024'],
    message: 'Oracle checked the record as a whole and refused it.',
    action: "Read Oracle's words below and complete the set-up they name.",
  },
  {
    slug: 'oracle.query_refused', // 30
    codes: ['29140'],
    message: 'Oracle cannot evaluate the query.',
    action: 'Check the framework version of the pod with "Test set-up"; report Oracle\'s words below.',
  },
  {
    slug: 'oracle.unit_invalid', // 32
    codes: ['AR_INVALID_UOM_CODE'],
    attributes: ['UnitOfMeasure'],
    message: 'Oracle asks for a unit of measure on a line; AR Bridge sends none.',
    action: 'Remove the unit of measure from the memo line in Oracle, or choose another memo line under Rules.',
  },
  {
    slug: 'oracle.record_missing', // 33
    codes: ['FND_CMN_RCRD_MSNG'],
    message: 'Oracle finds no such record.',
    action: 'Check in Oracle whether somebody removed it; then resume.',
  },
  {
    slug: 'oracle.soap_operation_unknown', // 38
    words: /unknown method/i,
    message: 'The web service does not know the operation.',
    action: 'Run "Test set-up": it reads the operation names from the service\'s description.',
  },
];
