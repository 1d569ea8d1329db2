import type {
  ApplicationsQuery,
  DocumentQuery,
  PreparedRequest,
  Receivables,
  ReceivablesAction,
  Trail,
} from '../../../sidecar/apply/ports.ts';
import type { ArDocument, OracleApplication, OracleDocument } from '../../../sidecar/domain/documents.ts';
import { err, type Failure, ok, type Result, retryable } from '../../../sidecar/domain/failures.ts';
import { type MinorUnits, minor } from '../../../sidecar/domain/money.ts';
import type { DocumentKind } from '../../../sidecar/domain/references.ts';

/** What can be made to go wrong with the next call: refused before, or done although the answer is lost. */
export type Fault = { when: 'before' | 'after'; failure: Failure };

export const lostAnswer = (when: Fault['when']): Fault => ({
  when,
  failure: retryable('oracle.no_answer', 'The connection was lost.', { outcomeUnknown: true, endpoint: true }),
});

/**
 * Receivables in memory, behind the port: enough of Oracle to test what apply/ does with answers, lost answers and refusals.
 * The sandbox stands for Oracle over HTTP in the tests of whole runs.
 */
export class FakeOracle implements Receivables {
  readonly documents = new Map<string, OracleDocument>();
  readonly applications_: (OracleApplication & { from: string })[] = [];
  readonly calls: string[] = [];
  private readonly faults = new Map<string, Fault[]>();
  private nextId = 300_100_000_000_000;
  /** Rows younger than this many looks are not shown yet. */
  hiddenLooks = 0;

  /** The next call of this name goes wrong: `create WEB-1042`, `apply-receipt`. */
  fail(call: string, ...faults: Fault[]): void {
    this.faults.set(call, [...(this.faults.get(call) ?? []), ...faults]);
  }

  prepare(document: ArDocument): PreparedRequest {
    const amount = 'amount' in document ? document.amount : document.total;
    const body = {
      BusinessUnit: document.businessUnit,
      Number: document.number,
      Amount: amount,
      Currency: document.currency,
      ...('source' in document && { TransactionSource: document.source, CrossReference: document.crossReference }),
      ...('billTo' in document && { Account: document.billTo.accountNumber }),
    };
    return {
      kind: document.kind,
      number: document.number,
      decimals: document.decimals,
      path: `/${document.kind}`,
      contentType: 'application/json',
      body: JSON.stringify(body),
    };
  }

  create(request: PreparedRequest, _trail: Trail): Promise<Result<OracleDocument>> {
    return this.call(`create ${request.number}`, () => {
      if (this.documents.has(request.number)) {
        return err({ kind: 'needs-attention', code: 'oracle.duplicate_number', message: 'exists', action: '' });
      }
      const body = JSON.parse(request.body) as { Amount: number; CrossReference?: string; Account?: string; Currency: string };
      const document = {
        kind: request.kind,
        id: String(this.nextId++),
        number: request.number,
        enteredAmount: minor(body.Amount),
        open: minor(request.kind === 'gateway-fee' ? 0 : body.Amount),
        currency: body.Currency,
        crossReference: body.CrossReference ?? null,
        customerAccountNumber: body.Account ?? null,
        conversionRate: null,
      };
      this.documents.set(request.number, document);
      return ok({ ...document });
    });
  }

  find(query: DocumentQuery, _trail: Trail): Promise<Result<OracleDocument | null>> {
    return this.call(`find ${query.number}`, () => {
      if (this.hiddenLooks > 0) {
        this.hiddenLooks -= 1;
        return ok(null);
      }
      return ok(this.documents.get(query.number) ?? null);
    });
  }

  read(kind: DocumentKind, id: string, _decimals: number, _trail: Trail): Promise<Result<OracleDocument>> {
    return this.call(`read ${kind}`, () => {
      const found = [...this.documents.values()].find((document) => document.id === id);
      return found ? ok({ ...found }) : err({ kind: 'rejected', code: 'oracle.not_found', message: id, action: '' });
    });
  }

  applications(query: ApplicationsQuery, _trail: Trail): Promise<Result<OracleApplication[]>> {
    return this.call('applications', () => ok(this.applications_.filter((row) => row.from === query.from.number)));
  }

  /** What `ready` says; a failure stands for a web service that is away. */
  readiness: Result<void> = ok(undefined);

  async ready(_trail: Trail): Promise<Result<void>> {
    return this.readiness;
  }

  perform(action: ReceivablesAction, _trail: Trail): Promise<Result<{ applicationId: string | null }>> {
    return this.call(action.kind, () => {
      const from = 'receipt' in action ? action.receipt.number : action.creditMemo.number;
      const to = 'invoice' in action ? action.invoice.number : null;
      if (action.kind === 'reverse-receipt') {
        for (const row of this.applications_.filter((candidate) => candidate.isLatest && candidate.from === from)) {
          row.isLatest = false;
          this.move(from, row.to, minor(-row.amount));
        }
        this.byHand(from, 0);
        return ok({ applicationId: null });
      }
      if (action.kind.startsWith('un')) {
        const row = this.applications_.find((candidate) => candidate.isLatest && candidate.from === from && candidate.to === to);
        if (!row) return err({ kind: 'needs-attention', code: 'oracle.nothing_applied', message: '', action: '' });
        row.isLatest = false;
        this.move(from, to, minor(-row.amount));
      } else {
        for (const number of [from, to]) {
          const open = number === null ? action.amount : (this.documents.get(number)?.open ?? 0);
          if (open < action.amount)
            return err({ kind: 'needs-attention', code: 'oracle.over_application', message: `${number} ${open}`, action: '' });
        }
        // Oracle books a payout under an activity of its own.
        const activity = 'activity' in action ? action.activity : to === null ? 'Refund' : null;
        this.addApplication({ from, to, activity, amount: action.amount });
      }
      return ok({ applicationId: null });
    });
  }

  /** Somebody works in Oracle by hand. */
  byHand(number: string, open: number): void {
    const document = this.documents.get(number);
    if (document) document.open = minor(open);
  }

  /** Somebody issues a refund on a receipt by hand. */
  refundByHand(receipt: string, amount: number): void {
    this.addApplication({ from: receipt, to: null, activity: 'Refund', amount: minor(amount) });
  }

  private addApplication(made: Pick<OracleApplication, 'from' | 'to' | 'activity' | 'amount'>): void {
    this.applications_.push({ ...made, id: String(this.nextId++), isLatest: true, status: 'APP' });
    this.move(made.from, made.to, made.amount);
  }

  private move(from: string, to: string | null, amount: MinorUnits): void {
    for (const number of [from, to]) {
      const document = number === null ? undefined : this.documents.get(number);
      if (document) document.open = minor((document.open ?? 0) - amount);
    }
  }

  private async call<T>(name: string, work: () => Result<T>): Promise<Result<T>> {
    this.calls.push(name);
    await Promise.resolve();
    const fault = this.faults.get(name)?.shift();
    if (fault?.when === 'before') return err(fault.failure);
    const result = work();
    return fault ? err(fault.failure) : result;
  }
}
