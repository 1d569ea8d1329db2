import type { ProofShop } from '../../proof/shop.ts';
import { REFUND_SHOPS } from '../refunds/walks.ts';
import { describeWalks, shareOf } from '../walk-tests.ts';
import { EDITS } from './walks.ts';

/** The same shops; what a gateway keeps is posted as well. */
const withFees = (shop: ProofShop): ProofShop => ({
  ...shop,
  setup: { ...shop.setup, gatewayFees: { post: 'document', activity: 'Gateway Fees' } },
});
const SHOPS = { '26D': withFees(REFUND_SHOPS['26D']), '25D': withFees(REFUND_SHOPS['25D']) };

/** Edits, statuses and payments after an order was posted, made by a real WooCommerce and read back from Oracle's side. */
describeWalks('an order', SHOPS, (profile) => shareOf(EDITS, profile));
