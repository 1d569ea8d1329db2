/** A request as the handlers see it: already read whole, the query decoded. */
export interface Request {
  method: string;
  /** Path without query, percent-decoded by segment where it is used. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
  /** http://127.0.0.1:8091 */
  origin: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
