import type { Finding, Pingable, ReferenceListName, Trail } from '../apply/ports.ts';
import type { Failure, Result } from '../domain/failures.ts';
import type { Setup } from '../domain/setup.ts';
import type { GatewayFees } from './gateway-fees.ts';
import type { OracleHttp } from './http.ts';
import { isObject, rowsOf } from './lossless-json.ts';
import type { OracleOptions } from './options.ts';
import type { createReferenceData } from './reference-data.ts';
import { FINANCIALS, PARTIES } from './resources.ts';
import type { SoapCatalogue } from './soap-catalogue.ts';
import { SOAP_ACTS, SOAP_SERVICES, type SoapServiceName } from './soap-services.ts';
import { excerpt } from './text.ts';

export interface PingTools {
  http: OracleHttp;
  catalogue: SoapCatalogue;
  fees: Pick<GatewayFees, 'anyOn'>;
  reference: ReturnType<typeof createReferenceData>;
  release: OracleOptions['release'];
  frameworkVersion: string;
  partySiteBy: 'address' | 'soap';
  setup: () => Setup | null;
  clock: () => number;
}

/**
 * "Test set-up": what an accountant and an Oracle administrator have to know before the first order goes out, in words. Nothing is
 * written. Findings come in the order in which they are mended; a connection that does not stand ends the list.
 */
export function createPing(tools: PingTools): Pingable {
  return {
    async ping(trail) {
      const connection = await checkVersions(tools, trail);
      if (connection.some((finding) => !finding.ok)) return connection;
      return [
        ...connection,
        ...(await checkDocuments(tools, trail)),
        ...(await checkSetup(tools, trail)),
        ...(await checkActions(tools, trail)),
        ...(await checkServices(tools, trail)),
        ...(await checkFees(tools, trail)),
      ];
    },
  };
}

const good = (code: string, message: string): Finding => ({ ok: true, code, message, action: '' });
const bad = (code: string, message: string, action: string): Finding => ({ ok: false, code, message, action });

/** A failure of the client, as a finding. */
function failed(failure: Failure, what: string): Finding {
  const words = failure.detail?.text ? ` Oracle says: ${excerpt(failure.detail.text, 200)}` : '';
  const action = failure.kind === 'needs-attention' ? failure.action : 'Try again; if it stays, check address and network.';
  return bad(failure.code, `${what}: ${failure.message}${words}`, action);
}

function read(
  tools: PingTools,
  operation: string,
  path: string,
  trail: Trail,
  subject: 'invoice' | 'credit memo' | 'receipt' | 'customer' | 'service',
) {
  return tools.http.send(
    { operation, subject, method: 'GET', path, protocol: 'rest', writes: false, expects: 'collection', body: null },
    trail,
  );
}

/** Address, TLS, credentials and framework version, with the version list that every pod offers. */
async function checkVersions(tools: PingTools, trail: Trail): Promise<Finding[]> {
  const reply = await tools.http.send(
    {
      operation: 'test connection',
      subject: 'service',
      method: 'GET',
      path: FINANCIALS,
      protocol: 'rest',
      writes: false,
      expects: 'item',
      body: null,
    },
    trail,
  );
  if (!reply.ok) {
    if (reply.failure.code === 'oracle.not_offered' || reply.failure.code === 'oracle.not_found') {
      const action = 'Enter the address of the Fusion Applications pod in Connections (https://....fa....oraclecloud.com).';
      return [
        bad(
          'oracle.wrong_host',
          'The address answers, but it is no Oracle Fusion pod: it has no Financials REST resources.',
          action,
        ),
      ];
    }
    return [failed(reply.failure, 'Connection to Oracle')];
  }
  const found = [good('oracle.connected', 'Oracle answers and accepts the credentials.')];
  const json = reply.value.json;
  const versions = isObject(json) && rowsOf(json).length > 0 ? rowsOf(json) : isObject(json) ? [json] : [];
  const extension = versions.map((row) => row['adf:extension']).find(isObject);
  const allowed = extension?.allowedFrameworkVersions;
  if (Array.isArray(allowed) && !allowed.includes(tools.frameworkVersion)) {
    const message = `The pod does not offer REST framework version ${tools.frameworkVersion}; it offers ${allowed.join(', ')}.`;
    found.push(bad('oracle.framework_version_refused', message, 'Choose one of the versions the pod offers, 4 or higher.'));
  }
  return found;
}

/** One empty look into each resource: a missing privilege shows here rather than at the first order. */
async function checkDocuments(tools: PingTools, trail: Trail): Promise<Finding[]> {
  const looks = [
    { what: 'Invoices', subject: 'invoice', path: `${FINANCIALS}/receivablesInvoices` },
    { what: 'Credit memos', subject: 'credit memo', path: `${FINANCIALS}/receivablesCreditMemos` },
    { what: 'Receipts', subject: 'receipt', path: `${FINANCIALS}/standardReceipts` },
    { what: 'Persons', subject: 'customer', path: `${PARTIES}/hubPersons` },
    { what: 'Organizations', subject: 'customer', path: `${PARTIES}/hubOrganizations` },
  ] as const;
  const findings: Finding[] = [];
  for (const { what, subject, path } of looks) {
    const reply = await read(tools, `test ${what.toLowerCase()}`, `${path}?limit=1&onlyData=true`, trail, subject);
    if (!reply.ok) findings.push(failed(reply.failure, what));
  }
  return findings.length > 0
    ? findings
    : [good('oracle.privileges', 'Invoices, credit memos, receipts and customers can be read.')];
}

/** The names of the set-up against Oracle's lists. */
async function checkSetup(tools: PingTools, trail: Trail): Promise<Finding[]> {
  const setup = tools.setup();
  if (!setup)
    return [
      bad('oracle.setup_missing', 'The business set-up is not saved yet.', 'Fill in the set-up in Connections, then test again.'),
    ];
  const units = await tools.reference.pull('businessUnits', null, trail);
  if (!units.ok) return [failed(units.failure, 'Business units')];
  const unit = units.value.find((row) => row.key === setup.businessUnit);
  if (!unit) {
    const seen =
      units.value
        .map((row) => row.key)
        .slice(0, 5)
        .join(', ') || 'none';
    return [
      bad(
        'oracle.business_unit_unknown',
        `Oracle does not show the business unit "${setup.businessUnit}" to the integration user; it shows: ${seen}.`,
        'Correct the business unit in Connections, or give the integration user data access to it.',
      ),
    ];
  }
  const findings = [good('oracle.business_unit', `The business unit "${setup.businessUnit}" is there.`)];
  const currency = unit.extra.currency;
  if (currency && currency !== setup.ledgerCurrency) {
    const message = `The ledger of "${setup.businessUnit}" is kept in ${currency}; the set-up says ${setup.ledgerCurrency}.`;
    findings.push(bad('oracle.ledger_currency', message, `Set the ledger currency to ${currency} in Connections.`));
  }
  for (const { list, name, what } of namesOf(setup)) findings.push(...(await checkName(tools, setup, list, name, what, trail)));
  const methods = await tools.reference.pull('receiptMethods', setup.businessUnit, trail);
  if (!methods.ok) findings.push(failed(methods.failure, 'Receipt methods'));
  else if (methods.value.length === 0) {
    findings.push(
      bad(
        'oracle.receipt_methods_missing',
        'Oracle shows no receipt method.',
        'Create one per payment gateway in Receivables (Manage Receipt Classes and Methods).',
      ),
    );
  }
  return [...findings, ...(await checkPeriod(tools, setup, trail))];
}

function namesOf(setup: Setup): { list: ReferenceListName; name: string; what: string }[] {
  return [
    { list: 'transactionSources', name: setup.invoice.source, what: 'transaction source of invoices' },
    ...(setup.creditMemo.source === setup.invoice.source
      ? []
      : [{ list: 'transactionSources', name: setup.creditMemo.source, what: 'transaction source of credit memos' } as const]),
    { list: 'invoiceTypes', name: setup.invoice.type, what: 'transaction type of invoices' },
    { list: 'creditMemoTypes', name: setup.creditMemo.type, what: 'transaction type of credit memos' },
    { list: 'paymentTerms', name: setup.invoice.paymentTerms, what: 'payment terms' },
    ...(setup.creditMemo.reason
      ? [{ list: 'creditReasons', name: setup.creditMemo.reason, what: 'credit reason' } as const]
      : []),
  ];
}

const CODES: Partial<Record<ReferenceListName, string>> = {
  transactionSources: 'oracle.source_unknown',
  invoiceTypes: 'oracle.type_not_in_source',
  creditMemoTypes: 'oracle.type_not_in_source',
  paymentTerms: 'oracle.payment_terms_unknown',
  creditReasons: 'oracle.reason_unknown',
};

async function checkName(
  tools: PingTools,
  setup: Setup,
  list: ReferenceListName,
  name: string,
  what: string,
  trail: Trail,
): Promise<Finding[]> {
  const rows = await tools.reference.pull(list, setup.businessUnit, trail);
  if (!rows.ok) return [failed(rows.failure, what)];
  if (rows.value.some((row) => row.key === name && row.enabled)) return [];
  const seen =
    rows.value
      .map((row) => row.key)
      .slice(0, 5)
      .join(', ') || 'none';
  return [
    bad(
      CODES[list] ?? 'oracle.name_unknown',
      `Oracle does not know the ${what} "${name}" in the sets of "${setup.businessUnit}"; it shows: ${seen}.`,
      'Correct it in Connections, or create it in Receivables.',
    ),
  ];
}

async function checkPeriod(tools: PingTools, setup: Setup, trail: Trail): Promise<Finding[]> {
  const periods = await tools.reference.pull('periods', setup.businessUnit, trail);
  if (!periods.ok) return [failed(periods.failure, 'Accounting periods')];
  const today = new Date(tools.clock()).toISOString().slice(0, 10);
  const current = periods.value.find(
    ({ extra }) => extra.adjustment !== 'yes' && (extra.start ?? '') <= today && today <= (extra.end ?? ''),
  );
  if (current?.enabled) return [good('oracle.period_open', `The Receivables period ${current.key} is open.`)];
  return [
    bad(
      'oracle.period_closed',
      current
        ? `The Receivables period ${current.key} of today is not open (status ${current.extra.status ?? 'unknown'}).`
        : `Oracle shows no Receivables period that holds ${today}.`,
      'Open the period in Receivables (Accounting Periods); until then documents take the next open period or wait, as Connections says.',
    ),
  ];
}

const RECEIPT_ACTIONS = ['applyReceipt', 'unapplyReceipt', 'reverseReceipt', 'refundReceipt'];

/** Whether the pod's description of receipts names the actions that the chosen release relies on. */
async function checkActions(tools: PingTools, trail: Trail): Promise<Finding[]> {
  const reply = await tools.http.send(
    {
      operation: 'read description of receipts',
      subject: 'receipt',
      method: 'GET',
      path: `${FINANCIALS}/standardReceipts/describe`,
      protocol: 'rest',
      writes: false,
      expects: 'text',
      body: null,
    },
    trail,
  );
  if (!reply.ok) return [failed(reply.failure, 'Receipt actions')];
  const offered = RECEIPT_ACTIONS.filter((action) => reply.value.text.includes(`"${action}"`));
  if (tools.release === '25D') {
    if (offered.length < RECEIPT_ACTIONS.length) return [];
    return [
      good(
        'oracle.actions_offered',
        'The pod offers the receipt actions of 26D: the release in Connections can be raised to 26D.',
      ),
    ];
  }
  const lacking = RECEIPT_ACTIONS.filter((action) => !offered.includes(action));
  if (lacking.length === 0) return [good('oracle.actions_offered', 'The receipt actions of 26D are offered.')];
  return [
    bad(
      'oracle.action_unavailable',
      `The release is set to 26D, but the pod does not offer ${lacking.join(', ')} on receipts.`,
      'Set the release to 25D in Connections: the web services are used instead.',
    ),
  ];
}

/** The web services: their descriptions can be read, and name the operations that are needed. */
async function checkServices(tools: PingTools, trail: Trail): Promise<Finding[]> {
  const needed: SoapServiceName[] = ['creditMemos', 'receipts', 'accounts', 'profiles'];
  if (tools.setup()?.gatewayFees.post === 'document') needed.push('miscReceipts');
  if (tools.partySiteBy === 'soap') needed.push('locations', 'organizations', 'persons');
  const findings: Finding[] = [];
  for (const name of needed) {
    const path = tools.catalogue.pathOf(name);
    const described: Result<unknown> = await tools.catalogue.refresh(name, trail);
    if (!described.ok) {
      findings.push(
        bad(
          'oracle.service_unreachable',
          `The web service ${path} cannot be read: ${described.failure.message}`,
          name === 'miscReceipts'
            ? 'Give the integration user the privilege to run this web service, or only note gateway fees (Connections, set-up).'
            : 'Give the integration user the privilege to run this web service; without it credits cannot be applied.',
        ),
      );
      continue;
    }
    const missing = tools.catalogue.missing(name);
    if (missing.length === 0) continue;
    const operations = missing.map((act) => SOAP_ACTS[act].operation).join(', ');
    findings.push(
      bad(
        'oracle.soap_operation_unknown',
        `The web service ${path} does not name the operations ${operations}.`,
        `Name them in the configuration (switches.soap.acts: ${missing.join(', ')}).`,
      ),
    );
  }
  if (findings.length > 0) return findings;
  return [
    good(
      'oracle.services',
      `The web services of ${needed.map((name) => SOAP_SERVICES[name].path.split('/').at(-1)).join(', ')} are there.`,
    ),
  ];
}

/**
 * Where fees are posted: whether their activity takes them. Oracle has no list of receivables activities to look into (contract section
 * 13, lov.json), but a miscellaneous receipt on it proves that it is there and of the right type.
 */
async function checkFees(tools: PingTools, trail: Trail): Promise<Finding[]> {
  const setup = tools.setup();
  const activity = setup?.gatewayFees.activity;
  if (setup?.gatewayFees.post !== 'document' || activity === undefined) return [];
  const findings: Finding[] = [];
  for (const businessUnit of [setup.businessUnit, ...setup.businessUnits.map((unit) => unit.businessUnit)]) {
    const used = await tools.fees.anyOn({ businessUnit, activity }, trail);
    if (!used.ok) return [...findings, failed(used.failure, 'Gateway fees')];
    findings.push(
      used.value
        ? good(
            'oracle.fee_activity',
            `Gateway fees: miscellaneous receipts of "${businessUnit}" are on the activity "${activity}".`,
          )
        : bad(
            'oracle.fee_activity_unproven',
            `Gateway fees: no miscellaneous receipt of "${businessUnit}" is on the activity "${activity}" yet, and Oracle shows no list of activities: whether it exists with type Miscellaneous Cash cannot be told.`,
            'Look in Receivables (Manage Receivables Activities) that it is there by this name, in this business unit, active and of type Miscellaneous Cash. The first fee that is posted proves it; nothing else waits for it.',
          ),
    );
  }
  return findings;
}
