import { SnackbarList } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { store } from '../data/store.ts';

/** Short confirmations at the foot of the window; the host's snackbar reads them out and takes them away. */
export function Notices() {
  const notices = useSelect((select) => select(store).getNotices(), []);
  const { removeNotice } = useDispatch(store);
  return (
    <SnackbarList
      className="arb-snackbars"
      notices={notices.map(({ id, text }) => ({ id, content: text, spokenMessage: text }))}
      onRemove={removeNotice}
    />
  );
}
