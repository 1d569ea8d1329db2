import { err, type Failure, type FailureDetail, needsAttention, ok, type Result, retryable } from '../domain/failures.ts';
import type { Call, Reply } from './call.ts';
import { connectionFailure } from './connection-failure.ts';
import { FAULT_ROWS, type FaultRow } from './fault-table.ts';
import { isObject, type Lossless, readJson } from './lossless-json.ts';
import { privilegeFor } from './privileges.ts';
import { type Fault, type FaultDetail, isHtml, readFault } from './read-fault.ts';
import { retryAfterMs } from './retry-after.ts';
import { sentValue } from './sent-value.ts';
import { soapRoot } from './soap-envelope.ts';
import { excerpt } from './text.ts';
import type { Exchange } from './transport.ts';
import { childOf, findAll, textOf, type XmlNode } from './xml.ts';

type Answer = Extract<Exchange, { kind: 'answer' }>;

const AN_HOUR_MS = 3_600_000;

/**
 * What an answer of Oracle means for the call that got it, and who acts next. The only place that decides it. Pure.
 *
 * In      call      what was asked; its body tells what was sent where a refusal names an attribute
 *         exchange  the answer, or why there is none
 * Out     the reply, when it is what the call expected
 * Fails   as style.md section 5 sorts them. outcomeUnknown: Oracle may have carried the request out all the same
 * Source  contract sections 1.5, 1.6 and 10
 */
export function classifyAnswer(call: Call, exchange: Exchange): Result<Reply> {
  if (exchange.kind === 'no-answer') return err(connectionFailure(exchange, 'Oracle', call.writes));
  const { status } = exchange;
  if (status >= 200 && status < 300) return readSuccess(call, exchange);
  if (status >= 300 && status < 400) return err(redirected(call, exchange));
  return err(refusal(call, exchange));
}

function readSuccess(call: Call, answer: Answer): Result<Reply> {
  const reply = (json: Lossless, element: XmlNode): Result<Reply> =>
    ok({ status: answer.status, text: answer.text, json, element });
  if (call.expects === 'text') return reply(null, '');
  if (isHtml(answer)) {
    // A login or maintenance page: the gateway spoke, not Receivables.
    return err(
      retryable('oracle.web_page_instead', `Oracle answered ${call.operation} with a web page instead of data.`, {
        outcomeUnknown: call.writes,
        endpoint: true,
        detail: detailOf(answer, readFault(answer)),
      }),
    );
  }
  if (call.expects === 'envelope') return readEnvelope(call, answer, reply);
  if (call.expects === 'action' && answer.text.trim() === '') return reply(null, '');
  const json = readJson(answer.text);
  if (!isObject(json)) return err(unreadable(call, answer, 'that is no JSON'));
  if (call.expects === 'collection' && !Array.isArray(json.items))
    return err(unreadable(call, answer, 'without a list of items'));
  if (call.idAttribute !== undefined && !/^\d+$/.test(String(json[call.idAttribute] ?? ''))) {
    return err(unreadable(call, answer, `without ${call.idAttribute}`, 'oracle.answer_without_id'));
  }
  const said = json.result;
  if (call.expects === 'action' && typeof said === 'string' && /\b(error|failed|failure|invalid|cannot|can't)\b/i.test(said)) {
    return err(refused(call, answer, { shape: 'text', details: readFault({ ...answer, text: said }).details }));
  }
  return reply(json, '');
}

function readEnvelope(call: Call, answer: Answer, reply: (json: Lossless, element: XmlNode) => Result<Reply>): Result<Reply> {
  const body = childOf(soapRoot(answer.headers['content-type'] ?? '', answer.text), 'Body');
  if (body === undefined) return err(unreadable(call, answer, 'that is no SOAP envelope'));
  if (childOf(body, 'Fault') !== undefined) return err(refused(call, answer, readFault(answer)));
  // Some Receivables services answer 200 and tell a refusal in the result.
  const status = findAll(body, 'ServiceStatus')
    .map(textOf)
    .find((text) => text !== null);
  if (status && /fail|error/i.test(status)) return err(refused(call, answer, readFault({ ...answer, text: status })));
  return reply(null, body);
}

const unreadable = (call: Call, answer: Answer, how: string, code = 'oracle.answer_unreadable'): Failure =>
  retryable(code, `Oracle answered ${call.operation} with ${answer.status}, but ${how}.`, {
    outcomeUnknown: call.writes,
    detail: { status: answer.status, text: excerpt(answer.text) },
  });

function redirected(call: Call, answer: Answer): Failure {
  const target = answer.headers.location ?? '';
  const host = URL.parse(target)?.host ?? 'another address';
  return needsAttention(
    'oracle.redirected',
    `Oracle sends ${call.operation} on to ${host}; redirects are not followed, since they would carry the credentials there.`,
    "Enter the pod's own address in Connections (https://....fa....oraclecloud.com), without a path.",
    { outcomeUnknown: call.writes, detail: { status: answer.status, text: excerpt(target) } },
  );
}

function refusal(call: Call, answer: Answer): Failure {
  const { status } = answer;
  const fault = readFault(answer);
  const detail = detailOf(answer, fault);
  const wait = retryAfterMs(answer);
  const endpoint = { endpoint: true, detail, ...(wait !== null && { retryAfterMs: wait }) };
  const about = `${call.operation}${call.number ? ` ${call.number}` : ''}`;
  if (lacksAction(call, fault)) {
    return needsAttention(
      'oracle.action_unavailable',
      `The pod does not offer the action for ${about} (${status}).`,
      'Set the release to 25D in Connections: the web services are used instead.',
      { detail },
    );
  }
  switch (status) {
    case 401:
      return needsAttention(
        'oracle.unauthorized',
        `Oracle does not accept the credentials (401 on ${about}).`,
        'Enter the credentials again in Connections. The client id must also be a user in the Security Console.',
        { detail },
      );
    case 403:
      return needsAttention(
        'oracle.missing_privilege',
        `The integration user may not ${about} (403).`,
        `Give the user ${privilegeFor(call)}, then resume.`,
        { detail },
      );
    case 429:
      // Throttling precedes processing: nothing was carried out (contract section 1.6).
      return retryable('oracle.throttled', 'Oracle asks for fewer calls (429).', endpoint);
    case 502:
    case 503:
    case 504:
      return retryable('oracle.unavailable', `Oracle is not available (${status}).`, {
        ...endpoint,
        outcomeUnknown: call.writes,
      });
    case 404:
      return notFound(call, fault, detail, about);
    case 405:
    case 406:
    case 415:
      return needsAttention(
        status === 406 ? 'oracle.framework_version_refused' : 'oracle.request_form_refused',
        `Oracle refuses the form of the request to ${about} (${status}).`,
        'Check address, release and framework version with "Test set-up".',
        { detail },
      );
    case 409:
    case 412:
      return retryable('oracle.changed_by_another', `The record changed in Oracle while it was worked on (${status}).`, {
        detail,
      });
  }
  return refused(call, answer, fault);
}

/** A refusal that names the action itself: this release does not have it. */
function lacksAction(call: Call, fault: Fault): boolean {
  const name = call.path.split('/action/')[1];
  return name !== undefined && fault.details.some(({ text }) => text.includes(name) && /\baction\b/i.test(text));
}

function notFound(call: Call, fault: Fault, detail: FailureDetail, about: string): Failure {
  // A row can be invisible for seconds after it was made (contract section 1.5), hence retryable for single items and actions on them.
  if (fault.shape !== 'html' && (call.expects === 'action' || (call.expects === 'item' && !call.writes))) {
    const release = call.expects === 'action' ? ', or this release does not offer the action' : '';
    return retryable('oracle.not_found', `Oracle does not show the record for ${about} (404): it may be too new${release}.`, {
      detail,
    });
  }
  return needsAttention(
    'oracle.not_offered',
    `There is nothing at the address for ${about} (404).`,
    'Check the pod\'s address and release in Connections with "Test set-up".',
    { detail },
  );
}

/** A refusal told in the body: by the table, else as an answer nobody has met yet. */
function refused(call: Call, answer: Answer, fault: Fault): Failure {
  const met = fault.shape === 'html' ? undefined : matchRow(fault);
  if (met) return rowFailure(call, answer, met.row, met.detail, fault);
  const detail = detailOf(answer, fault);
  if (answer.status >= 500 && fault.shape !== 'soap') {
    return retryable('oracle.server_error', `Oracle failed on ${call.operation} (${answer.status}).`, {
      outcomeUnknown: call.writes,
      detail,
    });
  }
  const said = fault.details.map((each) => each.text).find(Boolean);
  return needsAttention(
    'oracle.unmet_answer',
    `Oracle refused ${call.operation}${call.number ? ` ${call.number}` : ''} in a way not met before${said ? `: ${excerpt(said)}` : ` (${answer.status})`}`,
    "Read Oracle's words, mend what they name, then resume.",
    // A 4xx created nothing; a fault or a 2xx that speaks of an error may have.
    { detail, ...(call.writes && (answer.status >= 500 || answer.status < 300) && { outcomeUnknown: true }) },
  );
}

function matchRow(fault: Fault): { row: FaultRow; detail: FaultDetail } | undefined {
  const byCode = (row: FaultRow, detail: FaultDetail) => detail.codes.some((code) => row.codes?.includes(code));
  const byAttribute = (row: FaultRow, detail: FaultDetail) =>
    detail.attribute !== null && row.attributes?.includes(detail.attribute) === true;
  const tests: ((row: FaultRow, detail: FaultDetail) => boolean)[] = [
    (row, detail) => byCode(row, detail) && byAttribute(row, detail),
    byCode,
    (row, detail) => row.words !== undefined && row.attributes === undefined && row.words.test(detail.text),
    byAttribute,
    (row, detail) => row.words?.test(detail.text) === true,
  ];
  for (const test of tests) {
    for (const row of FAULT_ROWS) {
      const detail = fault.details.find((each) => test(row, each));
      if (detail) return { row, detail };
    }
  }
  return undefined;
}

function rowFailure(call: Call, answer: Answer, row: FaultRow, at: FaultDetail, fault: Fault): Failure {
  const attribute = at.attribute !== null && row.attributes?.includes(at.attribute) ? [at.attribute] : [];
  const found = [...attribute, ...(row.attributes ?? [])]
    .map((name) => sentValue(call.body, name, at.path))
    .find((text) => text !== null);
  const document = `${call.subject}${call.number ? ` ${call.number}` : ''}`;
  const message = row.message
    ? `${row.message} (${document})`
    : `Oracle does not accept the ${row.field} ${found ? `"${excerpt(found, 80)}"` : '(none was sent)'} of ${document}: expected ${row.expected}.`;
  const detail = { ...detailOf(answer, fault), ...(at.codes[0] && { code: at.codes[0] }) };
  const subject = found ?? at.attribute;
  const withSubject = { ...detail, ...(subject && { subject }) };
  if (row.who === 'retry') return retryable(row.slug, message, { detail: withSubject });
  // What others do in their own time, such as a remittance once a day, uses up no attempts.
  if (row.who === 'wait') return retryable(row.slug, message, { endpoint: true, retryAfterMs: AN_HOUR_MS, detail: withSubject });
  if (row.who === 'look-up') return retryable(row.slug, message, { outcomeUnknown: true, detail: withSubject });
  return needsAttention(row.slug, message, row.action, { detail: withSubject });
}

/** Oracle's words and its request id, kept beside ours. */
function detailOf(answer: Answer, fault: Fault): FailureDetail {
  const code = fault.details.flatMap((each) => each.codes)[0];
  const requestId = answer.headers['x-oracle-dms-ecid'] ?? answer.headers['x-request-id'];
  const words = [...fault.details.map((each) => each.text), ...(requestId ? [`(request ${requestId})`] : [])].join(' ');
  return { status: answer.status, ...(code && { code }), ...(words && { text: excerpt(words, 1000) }) };
}
