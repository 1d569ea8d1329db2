import { useDispatch, useSelect } from '@wordpress/data';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';

/** The store's catalogue and the set-up, which give ids their names and accounts their segments; rules show without them as well. */
export function useNames() {
  const [catalogue, connections] = useSelect(
    (select) => [select(store).getCatalogue(), select(store).getConnections()] as const,
    [],
  );
  const { refresh } = useDispatch(store);
  return {
    catalogue: catalogue.data,
    setup: connections.data?.setup ?? null,
    failure: catalogue.failure ?? connections.failure,
    loading: catalogue.loading || connections.loading,
    again: () => void Promise.all([refresh(sources.catalogue()), refresh(sources.connections())]),
  };
}
