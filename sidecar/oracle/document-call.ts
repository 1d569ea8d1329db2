import type { DocumentKind } from '../domain/references.ts';
import type { Call } from './call.ts';
import { queryString } from './query.ts';
import { DOCUMENT_RESOURCES } from './resources.ts';
import { WORDS } from './words.ts';

/** The call that reads one document by its id, with the attributes named in `fields`. */
export function readingOf(kind: DocumentKind, id: string, fields: string, operation: string): Call {
  const { path, idAttribute } = DOCUMENT_RESOURCES[kind];
  return {
    operation,
    subject: WORDS[kind],
    method: 'GET',
    path: `${path}/${id}${queryString({ fields, onlyData: 'true' })}`,
    protocol: 'rest',
    writes: false,
    expects: 'item',
    idAttribute,
    body: null,
  };
}
