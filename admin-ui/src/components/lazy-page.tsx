import { useEffect, useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { ComponentType } from 'react';
import { failed } from '../data/failure.ts';
import { FailureView, Loading } from './views.tsx';

/** A page in a script of its own, fetched when it is first opened: the page's first script stays small. */
export function lazyPage<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function LazyPage(props: P) {
    const [, setArrived] = useState(loaded !== null);
    const [lost, setLost] = useState(false);
    const [tries, setTries] = useState(0);
    useEffect(() => {
      if (loaded) return;
      setLost(false);
      load().then(
        (page) => {
          loaded = page;
          setArrived(true);
        },
        () => setLost(true),
      );
    }, [tries]);
    if (loaded) {
      const Page = loaded;
      return <Page {...props} />;
    }
    return lost ? (
      <FailureView
        failure={failed(
          'page.not_loaded',
          __('A part of this page could not be loaded.', 'ar-bridge'),
          __('Try again; after an update of the plugin, reload the page.', 'ar-bridge'),
        )}
        onRetry={() => setTries(tries + 1)}
      />
    ) : (
      <Loading rows={8} />
    );
  };
}
