import { REFUND_SHOPS } from '../refunds/walks.ts';
import { describeWalks, shareOf } from '../walk-tests.ts';
import { EDITS } from './walks.ts';

/** Edits, statuses and payments after an order was posted, made by a real WooCommerce and read back from Oracle's side. */
describeWalks('an order', REFUND_SHOPS, (profile) => shareOf(EDITS, profile));
