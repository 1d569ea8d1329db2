import type { Request } from '../answer.ts';

/** One request as it was seen, for assertions. No secrets: the Authorization header is reduced to its scheme. */
export interface LoggedRequest {
  id: number;
  method: string;
  path: string;
  query: string;
  /** SOAP operation, such as createApplyReceipt. */
  operation: string | null;
  headers: Record<string, string>;
  body: string;
  receivedAtMs: number;
  answeredAtMs: number | null;
  status: number | null;
  /** The fault it met. */
  fault: string | null;
  response: string | null;
}

const SECRET = new Set(['authorization', 'cookie', 'proxy-authorization']);
const KEPT = 5_000;
const BODY_KEPT = 65_536;

export class RequestLog {
  private entries: LoggedRequest[] = [];
  private count = 0;

  open(request: Request, operation: string | null): LoggedRequest {
    this.count += 1;
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers[name] = SECRET.has(name) ? `${value.split(' ')[0]} ***` : value;
    }
    const isToken = request.path.startsWith('/oauth2/');
    const entry: LoggedRequest = {
      id: this.count,
      method: request.method,
      path: request.path,
      query: request.query.toString(),
      operation,
      headers,
      body: isToken ? '***' : request.body.slice(0, BODY_KEPT),
      receivedAtMs: Date.now(),
      answeredAtMs: null,
      status: null,
      fault: null,
      response: null,
    };
    this.entries.push(entry);
    if (this.entries.length > KEPT * 1.2) this.entries = this.entries.slice(-KEPT);
    return entry;
  }

  close(entry: LoggedRequest, status: number | null, response: string): void {
    entry.status = status;
    entry.answeredAtMs = Date.now();
    entry.response = entry.path.startsWith('/oauth2/') ? '***' : response.slice(0, BODY_KEPT);
  }

  clear(): void {
    this.entries = [];
  }

  get total(): number {
    return this.count;
  }

  /** Newest last; narrowed by method, part of the path, operation, and `since` (an id). */
  find(filter: {
    method?: string | null;
    path?: string | null;
    operation?: string | null;
    since?: number;
    limit?: number;
  }): LoggedRequest[] {
    const found = this.entries.filter(
      (entry) =>
        (filter.method == null || entry.method === filter.method) &&
        (filter.path == null || entry.path.includes(filter.path)) &&
        (filter.operation == null || entry.operation === filter.operation) &&
        entry.id > (filter.since ?? 0),
    );
    return found.slice(-(filter.limit ?? 1000));
  }
}
