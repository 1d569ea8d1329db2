import { isObject, type Lossless, readJson, rowsOf } from './lossless-json.ts';
import { soapRoot } from './soap-envelope.ts';
import type { Exchange } from './transport.ts';
import { childOf, childrenOf, childText, findAll, type XmlNode } from './xml.ts';

/** A refusal in Oracle's own words, whatever shape it came in. */
export interface Fault {
  shape: 'adf-json' | 'soap' | 'text' | 'html' | 'empty';
  details: FaultDetail[];
}

export interface FaultDetail {
  /** Every code found, as bare as possible: `AR_BU_NOT_FOUND`, `AR-855040`, `27014`. */
  codes: string[];
  text: string;
  /** Attribute the detail names: the last part of `o:errorPath`, or SOAP's `attributeName`. */
  attribute: string | null;
  /** JSON pointer into the request; null in SOAP. */
  path: string | null;
}

type Answer = Extract<Exchange, { kind: 'answer' }>;

export const isHtml = (answer: Answer): boolean =>
  /text\/html/i.test(answer.headers['content-type'] ?? '') || /^\s*<(!doctype html|html)\b/i.test(answer.text);

/**
 * Reads a refusal. Pure.
 *
 * Source  contract section 1.5: structured exception payload from framework 4 on, plain text before, HTML from the gateway, SOAP faults
 */
export function readFault(answer: Answer): Fault {
  const text = answer.text.trim();
  if (text === '') return { shape: 'empty', details: [] };
  if (isHtml(answer)) return { shape: 'html', details: [detailOf(stripTags(text), [])] };
  const json = readJson(text);
  if (isObject(json)) return { shape: 'adf-json', details: jsonDetails(json) };
  const fault = childOf(childOf(soapRoot(answer.headers['content-type'] ?? '', text), 'Body'), 'Fault');
  if (fault !== undefined) return { shape: 'soap', details: soapDetails(fault) };
  // Before framework 4 each message has a line of its own.
  return {
    shape: 'text',
    details: text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .map((line) => detailOf(line, [])),
  };
}

const word = (value: Lossless | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

function jsonDetails(body: { [name: string]: Lossless }): FaultDetail[] {
  const top = word(body['o:errorCode']);
  const rows = rowsOf(body['o:errorDetails']);
  const details = rows.map((row) => {
    const path = word(row['o:errorPath']);
    const codes = [word(row['o:errorCode']) ?? top].filter((code) => code !== null);
    return { ...detailOf(word(row.detail) ?? '', codes), path, attribute: path ? (path.split('/').at(-1) ?? null) : null };
  });
  if (details.length > 0) return details;
  return [detailOf(word(body.detail) ?? word(body.title) ?? '', top ? [top] : [])];
}

function soapDetails(fault: XmlNode): FaultDetail[] {
  // Messages nest: the outer one says that something failed, the inner ones say what.
  const messages = findAll(childOf(fault, 'detail'), 'ServiceErrorMessage').flatMap((node) => [
    ...childrenOf(node, 'detail'),
    node,
  ]);
  const details = messages
    .map((node) => ({
      ...detailOf(
        childText(node, 'message') ?? '',
        [childText(node, 'code')].filter((code) => code !== null),
      ),
      attribute: childText(node, 'attributeName'),
    }))
    .filter((detail) => detail.text !== '' || detail.codes.length > 0);
  return details.length > 0 ? details : [detailOf(childText(fault, 'faultstring') ?? '', [])];
}

const CODE_PATTERNS = [
  /\b[A-Z]{2,4}:::([A-Z0-9_]+)/g, // JBO-AR:::AR_INVALID_UOM_CODE
  /\b((?:AR|HZ|FND|EGP)-\d{5,7})\b/g, // (AR-855040), <NUMBER>AR-855742</NUMBER>
  /\bJBO-(\d{5})\b/g,
];

function detailOf(text: string, codes: string[]): FaultDetail {
  const found = new Set<string>();
  for (const code of codes) found.add(code.replace(/^JBO-(?=\d{5}$)/, '').replace(/^(?:JBO-)?[A-Z]{2,4}:::/, ''));
  for (const pattern of CODE_PATTERNS) for (const match of text.matchAll(pattern)) if (match[1]) found.add(match[1]);
  return { codes: [...found], text: messageText(text), attribute: null, path: null };
}

/** Oracle wraps SOAP messages as `JBO-AR:::CODE: <MESSAGE><NUMBER>..</NUMBER><TEXT>words</TEXT>...`: the words only. */
function messageText(text: string): string {
  const words = [...text.matchAll(/<TEXT>([\s\S]*?)<\/TEXT>/g)].map((match) => match[1]?.trim()).filter(Boolean);
  return words.length > 0 ? words.join(' ') : text.trim();
}

/** The words of a web page: its title and headline are enough to tell a login page from a maintenance page. */
function stripTags(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
