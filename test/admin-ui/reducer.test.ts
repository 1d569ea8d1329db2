import { describe, expect, it } from 'vitest';
import { type Action, reducer } from '../../admin-ui/src/data/reducer.ts';

const stateAfter = (...actions: Action[]) => actions.reduce(reducer, reducer(undefined, { type: '@@INIT' } as unknown as Action));
const failure = { code: 'sidecar.unreachable', message: 'No answer', action: 'Start it', fields: {} };
const path = '/overview';

describe('reading from the API', () => {
  it('shows a first read as loading, without data', () => {
    const state = stateAfter({ type: 'READ_STARTED', path, ticket: 1 });
    expect(state.resources[path]).toMatchObject({ loading: true, data: null, failure: null });
  });

  it('keeps what it knew while it is read again', () => {
    const state = stateAfter(
      { type: 'READ_STARTED', path, ticket: 1 },
      { type: 'READ_ANSWERED', path, ticket: 1, data: 'old' },
      { type: 'READ_STARTED', path, ticket: 2 },
    );
    expect(state.resources[path]).toMatchObject({ loading: true, data: 'old' });
  });

  it('keeps what it knew beside the failure of a later read, and drops the failure once a read succeeds', () => {
    const failed = stateAfter(
      { type: 'READ_STARTED', path, ticket: 1 },
      { type: 'READ_ANSWERED', path, ticket: 1, data: 'old' },
      { type: 'READ_STARTED', path, ticket: 2 },
      { type: 'READ_FAILED', path, ticket: 2, failure },
    );
    expect(failed.resources[path]).toMatchObject({ loading: false, data: 'old', failure });
    const mended = [
      { type: 'READ_STARTED', path, ticket: 3 } as const,
      { type: 'READ_ANSWERED', path, ticket: 3, data: 'new' } as const,
    ].reduce(reducer, failed);
    expect(mended.resources[path]).toMatchObject({ data: 'new', failure: null });
  });

  it('drops the late answer of an earlier read', () => {
    const state = stateAfter(
      { type: 'READ_STARTED', path, ticket: 1 },
      { type: 'READ_STARTED', path, ticket: 2 },
      { type: 'READ_ANSWERED', path, ticket: 2, data: 'second' },
      { type: 'READ_ANSWERED', path, ticket: 1, data: 'first' },
    );
    expect(state.resources[path]?.data).toBe('second');
  });

  it('does not let a read that was under way overwrite the answer to a save', () => {
    const state = stateAfter(
      { type: 'READ_STARTED', path, ticket: 1 },
      { type: 'RECEIVED', path, data: 'saved' },
      { type: 'READ_ANSWERED', path, ticket: 1, data: 'before the save' },
    );
    expect(state.resources[path]).toMatchObject({ data: 'saved', loading: false });
  });
});

describe('drafts and notices', () => {
  it('drops one draft and leaves the others', () => {
    const state = stateAfter(
      { type: 'DRAFTED', form: 'rules', value: [1], from: [] },
      { type: 'DRAFTED', form: 'connections.setup', value: 2, from: 1 },
      { type: 'DRAFT_DROPPED', form: 'rules' },
    );
    expect(state.drafts).toEqual({ 'connections.setup': { value: 2, from: 1 } });
  });

  it('removes a notice by its id', () => {
    const state = stateAfter(
      { type: 'NOTICE_ADDED', notice: { id: 'a', text: 'Saved.' } },
      { type: 'NOTICE_ADDED', notice: { id: 'b', text: 'Skipped.' } },
      { type: 'NOTICE_REMOVED', id: 'a' },
    );
    expect(state.notices).toEqual([{ id: 'b', text: 'Skipped.' }]);
  });
});
