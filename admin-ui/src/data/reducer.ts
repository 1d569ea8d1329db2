import type { ApiFailure } from './failure.ts';

/**
 * One thing read from the API. `data` stays while it is read again, so that a page under the reader's eyes neither flickers nor
 * empties; a failure on top of data means "this is what we knew before".
 */
export interface Resource<T> {
  loading: boolean;
  data: T | null;
  failure: ApiFailure | null;
}

export interface Notice {
  id: string;
  text: string;
}

/** Edits not saved yet, by form; they outlive a change of tab. */
export interface Draft {
  value: unknown;
  /** What the edit started from: it says whether there is anything to save. */
  from: unknown;
}

export interface State {
  /** By path. `ticket` is the number of the read whose answer counts: late answers of earlier reads are dropped. */
  resources: Record<string, Resource<unknown> & { ticket: number }>;
  drafts: Record<string, Draft>;
  notices: Notice[];
}

export type Action =
  | { type: 'READ_STARTED'; path: string; ticket: number }
  | { type: 'READ_ANSWERED'; path: string; ticket: number; data: unknown }
  | { type: 'READ_FAILED'; path: string; ticket: number; failure: ApiFailure }
  | { type: 'RECEIVED'; path: string; data: unknown }
  | { type: 'DRAFTED'; form: string; value: unknown; from: unknown }
  | { type: 'DRAFT_DROPPED'; form: string }
  | { type: 'NOTICE_ADDED'; notice: Notice }
  | { type: 'NOTICE_REMOVED'; id: string };

const nothing: State = { resources: {}, drafts: {}, notices: [] };
const unread = { loading: false, data: null, failure: null, ticket: 0 };

export function reducer(state: State = nothing, action: Action): State {
  switch (action.type) {
    case 'READ_STARTED':
      return withResource(state, action.path, { loading: true, ticket: action.ticket });
    case 'READ_ANSWERED':
      if (isLate(state, action)) return state;
      return withResource(state, action.path, { loading: false, data: action.data, failure: null });
    case 'READ_FAILED':
      if (isLate(state, action)) return state;
      return withResource(state, action.path, { loading: false, failure: action.failure });
    case 'RECEIVED':
      // Newer than any read under way: an answer to a write. The read's ticket goes, so that it cannot overwrite it.
      return withResource(state, action.path, { loading: false, data: action.data, failure: null, ticket: 0 });
    case 'DRAFTED':
      return { ...state, drafts: { ...state.drafts, [action.form]: { value: action.value, from: action.from } } };
    case 'DRAFT_DROPPED': {
      const { [action.form]: _dropped, ...drafts } = state.drafts;
      return { ...state, drafts };
    }
    case 'NOTICE_ADDED':
      return { ...state, notices: [...state.notices, action.notice] };
    case 'NOTICE_REMOVED':
      return { ...state, notices: state.notices.filter((notice) => notice.id !== action.id) };
    default:
      return state; // @wordpress/data sends its own @@INIT
  }
}

const isLate = (state: State, action: { path: string; ticket: number }): boolean =>
  state.resources[action.path]?.ticket !== action.ticket;

function withResource(state: State, path: string, change: Partial<State['resources'][string]>): State {
  return { ...state, resources: { ...state.resources, [path]: { ...unread, ...state.resources[path], ...change } } };
}
