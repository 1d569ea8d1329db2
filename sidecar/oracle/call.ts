import type { Lossless } from './lossless-json.ts';
import type { XmlNode } from './xml.ts';

/** What a call is about, for words and for the privilege it needs. */
export type Subject =
  | 'invoice'
  | 'credit memo'
  | 'receipt'
  | 'application'
  | 'customer'
  | 'customer account'
  | 'reference data'
  | 'service';

/** One request to Oracle, before it is sent. */
export interface Call {
  /** In words of the business, as the audit shows it: `create invoice`. */
  operation: string;
  subject: Subject;
  /** The document's or account's number, for messages. */
  number?: string;
  method: 'GET' | 'POST' | 'PATCH';
  /** Path and query below the pod's host. */
  path: string;
  protocol: 'rest' | 'soap';
  /** Changes something in Oracle: an unanswered one may have been carried out. SOAP reads are POSTs that change nothing. */
  writes: boolean;
  /** `item`: a JSON object. `collection`: `{items}`. `action`: a JSON object or nothing. `envelope`: SOAP. `text`: anything. */
  expects: 'item' | 'collection' | 'action' | 'envelope' | 'text';
  /** For a created item: the attribute without which nothing counts as created. */
  idAttribute?: string;
  /** Ids that are known before the call, for the audit. */
  ids?: string[];
  contentType?: string;
  soapAction?: string;
  body: string | null;
}

/** An answer that was what the call expected. */
export interface Reply {
  status: number;
  text: string;
  /** For REST. */
  json: Lossless;
  /** For SOAP: the element inside the body. */
  element: XmlNode;
}
