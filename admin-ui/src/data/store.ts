import { createReduxStore, register } from '@wordpress/data';
import { actions } from './actions.ts';
import { reducer } from './reducer.ts';
import { resolvers } from './resolvers.ts';
import { selectors } from './selectors.ts';

/** The page's one store: what the API holds, edits not saved yet, and messages to the person at the page. */
export const store = createReduxStore('ar-bridge', { reducer, actions, selectors, resolvers });
register(store);
