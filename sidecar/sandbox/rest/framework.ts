import type { Answer, Request } from '../answer.ts';
import { type Issue, OracleError, sentence } from '../errors.ts';
import { writeJson } from '../json.ts';
import type { World } from '../world.ts';

/** What the REST framework does around every resource: versions, media types, error shapes (contract sections 1.2, 1.5). */
export const MEDIA = {
  json: 'application/json',
  item: 'application/vnd.oracle.adf.resourceitem+json',
  collection: 'application/vnd.oracle.adf.resourcecollection+json',
  action: 'application/vnd.oracle.adf.action+json',
  actionResult: 'application/vnd.oracle.adf.actionresult+json',
  batch: 'application/vnd.oracle.adf.batch+json',
  error: 'application/vnd.oracle.adf.error+json',
  description: 'application/vnd.oracle.adf.description+json',
} as const;

/** The version in force. Fails with 406 and an empty body for one the pod does not take. */
export function frameworkVersion(world: World, request: Request): number {
  const sent = request.headers['rest-framework-version'];
  if (sent === undefined) return Number(world.switches.defaultFrameworkVersion);
  const version = Number(sent);
  if (!Number.isInteger(version) || version < 1 || version > Number(world.switches.highestFrameworkVersion))
    throw notAcceptable();
  const accept = request.headers.accept ?? '';
  if (version >= 4 && accept.includes(MEDIA.error) && world.switches.errorMediaTypeWith4 === 'refuse') throw notAcceptable();
  return version;
}

const notAcceptable = () => new OracleError(406, [], { bare: true });

/** Fails with 406 when the client takes none of what a resource can answer. */
export function checkAccept(request: Request): void {
  const accept = request.headers.accept;
  if (accept === undefined || accept.trim() === '') return;
  const good = accept
    .split(',')
    .some((range) => /^\s*(\*\/\*|application\/(\*|json|vnd\.oracle\.adf\.[\w.]+\+json))/.test(range));
  if (!good) throw notAcceptable();
}

/** Fails with 415 when the body's media type is not one of those allowed. */
export function checkContentType(request: Request, allowed: readonly string[]): void {
  const sent = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!allowed.includes(sent)) {
    throw new OracleError(415, [{ code: null, detail: `The media type ${sent || '(none)'} isn't supported here.` }]);
  }
}

export const methodNotAllowed = (allowed: readonly string[]): OracleError =>
  new OracleError(405, [{ code: null, detail: 'The method is not allowed for this resource.' }], {
    headers: { Allow: allowed.join(', ') },
  });

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** From version 4 on the structured exception payload, before it the bare messages as text. */
export function errorAnswer(world: World, version: number, error: OracleError): Answer {
  if (error.bare) return { status: error.status, headers: { ...error.headers }, body: '' };
  const title = TITLES[error.status] ?? 'Error';
  if (version < 4) {
    const text = error.issues.map(sentence).join('\n') || title;
    return { status: error.status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...error.headers }, body: text };
  }
  const body = { title, status: String(error.status), 'o:errorDetails': error.issues.map((issue) => errorDetail(world, issue)) };
  return { status: error.status, headers: { 'Content-Type': MEDIA.error, ...error.headers }, body: writeJson(body) };
}

function errorDetail(world: World, issue: Issue): Record<string, string> {
  const mode = world.switches.errorCodes;
  const isName = issue.code !== null && !/^\d+$/.test(issue.code);
  // Bare JBO numbers always stand in o:errorCode; names only where this pod lets them through.
  const code = mode === 'numbers' && isName && !issue.code?.startsWith('SBX_') ? null : issue.code;
  const shown = mode === 'both' && code === null && issue.number ? issue.number : code;
  return {
    detail: sentence(issue),
    ...(shown !== null && { 'o:errorCode': shown }),
    ...(issue.path !== undefined && { 'o:errorPath': issue.path }),
  };
}

export const jsonAnswer = (
  status: number,
  body: unknown,
  media: string = MEDIA.json,
  headers: Record<string, string> = {},
): Answer => ({
  status,
  headers: { 'Content-Type': media, ...headers },
  body: writeJson(body),
});
