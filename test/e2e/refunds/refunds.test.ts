import { describeWalks, shareOf } from '../walk-tests.ts';
import { crashes } from './crashes.ts';
import { periods } from './periods.ts';
import { PAYABLES, REFUND_SHOPS, WALKS } from './walks.ts';

/** Every shape of refund, made by a real WooCommerce and read back from Oracle's side. */
describeWalks(
  'a refund',
  REFUND_SHOPS,
  (profile) => [...shareOf(WALKS, profile), ...PAYABLES[profile]],
  (world, profile) => {
    crashes(world);
    periods(world, profile);
  },
);
