import { z } from 'zod';

/**
 * What we use of WooCommerce's answers. Keys that are not named here are kept out. Tolerant where WooCommerce and its
 * plugins are loose: ids as digits in a string, null or a missing key for empty text, PHP's `[]` for an empty object,
 * fractional quantities; strict about amounts and instants.
 * Source: woocommerce-contract section 1; WooCommerce 10.5.2 class-wc-rest-orders-v2-controller.php
 */
const id = z
  .union([z.number(), z.string().regex(/^\d{1,15}$/, 'a whole number')], { error: 'a whole number' })
  .transform(Number)
  .pipe(z.int('a whole number').min(0, 'a whole number from 0'));

const text = z
  .union([z.string(), z.number(), z.null(), z.literal(false)], { error: 'text' }) // false is PHP's "there is none"
  .optional()
  .transform((value) => (typeof value === 'string' || typeof value === 'number' ? String(value).toWellFormed() : ''));

/** Digits are taken from the string; a number comes from plugins that replace fields and is read as JSON wrote it. */
const amount = z.union([z.string(), z.number()], { error: 'a decimal string' }).transform(String);

/** WooCommerce writes UTC without `Z`. */
const instant = z
  .string({ error: 'an instant such as 2026-11-23T03:31:13' })
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/, 'an instant such as 2026-11-23T03:31:13')
  .transform((local) => `${local}Z`)
  .refine((utc) => !Number.isNaN(Date.parse(utc)), 'an instant such as 2026-11-23T03:31:13');

const flag = z.unknown().optional().transform(Boolean);

const quantity = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/, 'a quantity')], { error: 'a quantity' })
  .transform(Number)
  .pipe(z.number().finite());

/** An absent or null list is empty; PHP writes lists with holes as objects. */
const list = <T extends z.ZodType>(row: T) =>
  z.preprocess((value) => {
    if (value === undefined || value === null) return [];
    return typeof value === 'object' && !Array.isArray(value) ? Object.values(value) : value;
  }, z.array(row));

const object = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess(
    (value) => (value === undefined || value === null || (Array.isArray(value) && value.length === 0) ? {} : value),
    z.object(shape),
  );

const meta = z.object({ key: text, value: z.unknown().optional() });

const tax = z.object({
  id,
  total: z.union([amount, z.null()]).optional(),
  /** Before coupons. Few set-ups ask for it: what cannot be read is not told. */
  subtotal: amount.nullish().catch(null),
});

const moneyLine = { id, total: amount, total_tax: amount.optional(), taxes: list(tax) };

const productLine = z.object({
  ...moneyLine,
  name: text,
  product_id: id.optional().default(0),
  variation_id: id.nullish().transform((value) => value ?? 0),
  quantity,
  /** Net before coupons. */
  subtotal: amount.optional(),
  subtotal_tax: amount.nullish().catch(null),
  tax_class: text,
  sku: z.union([z.string(), z.number(), z.null()]).optional(),
  meta_data: list(meta),
});
const shippingLine = z.object({ ...moneyLine, method_title: text, method_id: text, meta_data: list(meta) });
const feeLine = z.object({ ...moneyLine, name: text, tax_class: text, meta_data: list(meta) });

export const AddressSchema = object({
  first_name: text,
  last_name: text,
  company: text,
  address_1: text,
  address_2: text,
  city: text,
  state: text,
  postcode: text,
  country: text,
  email: text,
  phone: text,
});
export type RestAddress = z.infer<typeof AddressSchema>;

/** What our plugin adds to an order (plugin/src/Rest/OrderField.php). */
const pluginField = z.object({
  items: list(z.object({ id, type: text, amounts: list(z.object({ key: text, value: amount })) })),
  tags: z.array(z.object({ taxonomy: text, slug: text, name: text })).optional(),
});

export const OrderSchema = z.object({
  id,
  number: text,
  status: z.string({ error: 'a status' }).min(1, 'a status'),
  currency: z.string({ error: 'a currency' }),
  created_via: text,
  date_created_gmt: instant,
  date_modified_gmt: instant.nullish(),
  date_paid_gmt: instant.nullish(),
  customer_id: id,
  billing: AddressSchema,
  shipping: AddressSchema,
  payment_method: text,
  payment_method_title: text,
  transaction_id: text,
  total: amount,
  line_items: list(productLine),
  shipping_lines: list(shippingLine),
  fee_lines: list(feeLine),
  tax_lines: list(
    z.object({
      rate_id: id,
      rate_code: text,
      label: text,
      compound: flag,
      rate_percent: z.union([z.number(), z.null()]).optional(),
    }),
  ),
  coupon_lines: list(z.object({ code: text, discount: amount })),
  meta_data: list(meta),
  /** Absent without our plugin. */
  ar_bridge: pluginField.nullish(),
});
export type RestOrder = z.infer<typeof OrderSchema>;
export type RestProductLine = RestOrder['line_items'][number];

/** Asked for by name, so that the shop neither computes nor sends the rest (images, links, payment addresses). */
export const ORDER_FIELDS = Object.keys(OrderSchema.shape);

const refundLine = z.object({
  ...moneyLine,
  name: text,
  method_title: text,
  quantity: quantity.optional(),
  meta_data: list(meta),
});
export const RefundSchema = z.object({
  id,
  date_created_gmt: instant,
  amount,
  reason: text,
  refunded_payment: flag,
  meta_data: list(meta),
  line_items: list(refundLine),
  shipping_lines: list(refundLine),
  fee_lines: list(refundLine),
});
export type RestRefund = z.infer<typeof RefundSchema>;
export const REFUND_FIELDS = Object.keys(RefundSchema.shape);

export const ProductSchema = z.object({
  id,
  type: text,
  categories: list(z.object({ id })),
});
export const PRODUCT_FIELDS = Object.keys(ProductSchema.shape);

export const CategorySchema = z.object({ id, name: text, slug: text, parent: id, count: id.optional().default(0) });
export type RestCategory = z.infer<typeof CategorySchema>;
export const CATEGORY_FIELDS = Object.keys(CategorySchema.shape);

export const CustomerSchema = z.object({
  id,
  email: text,
  first_name: text,
  last_name: text,
  role: text,
  billing: AddressSchema,
  /** Shown to keys of administrators only, and without keys that begin with an underscore. */
  meta_data: list(meta),
});
export type RestCustomer = z.infer<typeof CustomerSchema>;
export const CUSTOMER_FIELDS = Object.keys(CustomerSchema.shape);

/** The small row of a list; what is wrong with it shows when the order is read. */
export const HintSchema = z.object({
  id,
  status: text,
  date_created_gmt: instant.nullish(),
  date_modified_gmt: instant.nullish(),
});
export const HINT_FIELDS = Object.keys(HintSchema.shape);

export const ListedRefundSchema = z.object({ id, parent_id: id });
export const LISTED_REFUND_FIELDS = Object.keys(ListedRefundSchema.shape);

export const TaxRateSchema = z.object({ id, country: text, state: text, rate: text, name: text, class: text });
export const TaxClassSchema = z.object({ slug: text, name: text });
export const GatewaySchema = z.object({ id: text, title: text, enabled: flag });
export const ShippingMethodSchema = z.object({ id: text, title: text });

/** `GET /wp-json/`, no key needed. */
export const IndexSchema = z.object({
  name: text,
  url: text,
  home: text,
  gmt_offset: z.union([z.number(), z.string()]).optional(),
  timezone_string: text,
  namespaces: list(z.string()),
});
export type RestIndex = z.infer<typeof IndexSchema>;
export const INDEX_FIELDS = Object.keys(IndexSchema.shape);
