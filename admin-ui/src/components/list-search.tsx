import { SearchControl } from '@wordpress/components';
import { useEffect, useRef, useState } from '@wordpress/element';
import { go, routeOf, type Tab, urlOf } from '../hooks/route.ts';
import { useRested } from '../hooks/timing.ts';

interface ListSearchProps {
  tab: Tab;
  label: string;
  placeholder: string;
  /** What the address says: `search`. */
  search: string;
}

/** The search of a list: what is typed goes into the address once it has rested, and the list starts over at its first page. */
export function ListSearch({ tab, label, placeholder, search }: ListSearchProps) {
  const [typed, setTyped] = useState(search);
  const rested = useRested(typed);
  const inAddress = useRef(search);
  useEffect(() => {
    if (rested === inAddress.current) return;
    inAddress.current = rested;
    go(urlOf(tab, { ...routeOf(window.location.search).params, search: rested, paged: undefined }), 'replace');
  }, [rested, tab]);
  useEffect(() => {
    // The address changed by a link or by going back: the field follows.
    if (search === inAddress.current) return;
    inAddress.current = search;
    setTyped(search);
  }, [search]);
  return (
    <SearchControl
      __nextHasNoMarginBottom
      className="arb-search"
      label={label}
      placeholder={placeholder}
      value={typed}
      maxLength={80}
      onChange={setTyped}
    />
  );
}
