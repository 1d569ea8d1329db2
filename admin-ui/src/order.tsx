import { createPortal, createRoot } from '@wordpress/element';
import { OrderCell } from './components/order-cell.tsx';
import { OrderPanel } from './components/order-panel.tsx';
import { StateFilter } from './components/state-filter.tsx';
import './styles/badge.css';
import './styles/order.css';

/** The order screen's panel and the order list's column and filter: PHP leaves the places, this fills them. */
const panel = document.getElementById('ar-bridge-order');
const panelOrder = Number(panel?.dataset.orderId);
if (panel && panelOrder > 0) createRoot(panel).render(<OrderPanel orderId={panelOrder} />);

const filter = document.getElementById('ar-bridge-filter');
if (filter) createRoot(filter).render(<StateFilter state={filter.dataset.state ?? ''} ids={filter.dataset.ids ?? ''} />);

const cells = [...document.querySelectorAll<HTMLElement>('span.ar-bridge-state[data-order-id]')].filter(
  (cell) => Number(cell.dataset.orderId) > 0,
);
if (cells.length > 0) {
  const ids = [...new Set(cells.map((cell) => Number(cell.dataset.orderId)))];
  // One root for the whole list: one request, and each cell is a portal into its row.
  createRoot(document.createElement('div')).render(
    cells.map((cell, index) => createPortal(<OrderCell orderId={Number(cell.dataset.orderId)} ids={ids} />, cell, String(index))),
  );
}
