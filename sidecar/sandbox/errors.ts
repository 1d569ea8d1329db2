/**
 * What Oracle refuses, and how it says so. `code` is a message name; invented ones start with SBX_ so that nobody takes them
 * for Oracle's (contract section 10). `number` is the UI number that stands behind some texts.
 */
export interface Issue {
  code: string | null;
  number?: string;
  detail: string;
  /** JSON pointer into the payload. */
  path?: string;
}

/** Thrown by handlers; the REST and SOAP layers turn it into their shapes. Nothing is kept of what the handler did. */
export class OracleError extends Error {
  readonly status: number;
  readonly issues: readonly Issue[];
  readonly headers: Record<string, string>;
  /** The body is empty whatever the framework version (406). */
  readonly bare: boolean;

  constructor(status: number, issues: readonly Issue[], more: { headers?: Record<string, string>; bare?: boolean } = {}) {
    super(issues.map((issue) => issue.detail).join(' '));
    this.status = status;
    this.issues = issues;
    this.headers = more.headers ?? {};
    this.bare = more.bare ?? false;
  }
}

/** Message names whose number is known: [M] in the contract, AR-855742 in Oracle's support document 2588451.1. */
const NUMBERS: Record<string, string> = {
  AR_INVAL_CUST_TRX_TYPE_ID: 'AR-856386',
  AR_INVALID_GL_ACCOUNT: 'AR-855039',
  AR_RAPI_RCPT_NUM_INVALID: 'AR-855742',
  HZ_INVALID_ORIG_SYSTEM: 'HZ-120559',
};

/** An issue by message name (AR_BU_NOT_FOUND), JBO number (27014), AR number alone (AR-855040: its name is not known), or text alone. */
export function issue(code: string | null, detail: string, path?: string): Issue {
  const onlyNumber = code !== null && /^(AR|HZ)-\d+$/.test(code);
  const number = onlyNumber ? code : NUMBERS[code ?? ''];
  return { code: onlyNumber ? null : code, ...(number && { number }), detail, ...(path !== undefined && { path }) };
}

export const refuse = (code: string | null, detail: string, path?: string): OracleError =>
  new OracleError(400, [issue(code, detail, path)]);
export const notFound = (detail = 'The requested resource does not exist.'): OracleError =>
  new OracleError(404, [{ code: null, detail }]);

/** Collects what is wrong with one payload, so that all of it is answered at once. */
export class Issues {
  readonly found: Issue[] = [];

  add(code: string | null, detail: string, path?: string): void {
    this.found.push(issue(code, detail, path));
  }
  get any(): boolean {
    return this.found.length > 0;
  }
  throwIfAny(): void {
    if (this.found.length > 0) throw new OracleError(400, this.found);
  }
}

/** The sentence of an issue with its number behind it, as seen in the field: "... already exists. (AR-855040)". */
export const sentence = (found: Issue): string => (found.number ? `${found.detail} (${found.number})` : found.detail);
