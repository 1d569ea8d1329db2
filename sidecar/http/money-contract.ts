import { z } from 'zod';

/** What people decide about money that lies on account: settle waiting refunds of a gateway, settle overpayment of an order. */
export const SettleWaitingSchema = z.strictObject({ gateway: z.string().max(200) });
/** Refunds whose money waits unapplied, by gateway; not those of a gateway that leaves it so on purpose. */
export const WaitingSettlementsSchema = z.object({
  gateways: z.array(
    z.object({
      gateway: z.string(),
      refunds: z.number(),
      orders: z.number(),
      sums: z.array(z.object({ currency: z.string(), amount: z.string() })),
    }),
  ),
});
export const SettleOverpaymentSchema = z.strictObject({
  /** Decimal string, at most the order's overpayment. */
  amount: z.string().regex(/^\d{1,12}(\.\d{1,4})?$/),
  /** Receivables activity that it is written to. */
  activity: z.string().trim().min(1).max(50),
});
