import { z } from 'zod';
import type { Trail } from '../apply/ports.ts';
import type { ShopCatalogue } from '../capture/ports.ts';
import { ok, type Result } from '../domain/failures.ts';
import type { StoreClient } from './client.ts';
import { readAll } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';
import type { ProductReader } from './products.ts';
import { GatewaySchema, INDEX_FIELDS, IndexSchema, ShippingMethodSchema, TaxClassSchema, TaxRateSchema } from './schemas.ts';
import { siteTimeZone } from './time-zone.ts';

/** What rules can name, for the admin page's pickers. A read key of a shop manager suffices for all of it. */
export async function readCatalogue(client: StoreClient, products: ProductReader, trail: Trail): Promise<Result<ShopCatalogue>> {
  const call = { operation: 'read catalogue', trail };
  const one = async <T>(path: string, schema: z.ZodType<T>, what: string, query = {}): Promise<Result<T>> => {
    const answer = await client.get(path, query, call);
    return answer.ok ? parseAnswer(schema, answer.value, what) : answer;
  };
  const [categories, taxRates, taxClasses, gateways, shippingMethods, currency, priceDecimals, index] = await Promise.all([
    products.categories(trail),
    readAll(client, 'wc/v3/taxes', { _fields: Object.keys(TaxRateSchema.shape) }, TaxRateSchema, call),
    one('wc/v3/taxes/classes', z.array(TaxClassSchema), 'tax classes'),
    one('wc/v3/payment_gateways', z.array(GatewaySchema), 'payment gateways', { _fields: Object.keys(GatewaySchema.shape) }),
    one('wc/v3/shipping_methods', z.array(ShippingMethodSchema), 'shipping methods'),
    one('wc/v3/data/currencies/current', z.object({ code: z.string() }), 'its currency'),
    one(
      'wc/v3/settings/general/woocommerce_price_num_decimals',
      z.object({ value: z.coerce.number().int().min(0) }),
      'its decimals',
    ),
    one('', IndexSchema, 'itself', { _fields: INDEX_FIELDS }),
  ]);
  if (!categories.ok) return categories;
  if (!taxRates.ok) return taxRates;
  if (!taxClasses.ok) return taxClasses;
  if (!gateways.ok) return gateways;
  if (!shippingMethods.ok) return shippingMethods;
  if (!currency.ok) return currency;
  if (!priceDecimals.ok) return priceDecimals;
  if (!index.ok) return index;
  return ok({
    categories: categories.value,
    taxRates: taxRates.value,
    taxClasses: taxClasses.value,
    gateways: gateways.value,
    shippingMethods: shippingMethods.value,
    currency: currency.value.code,
    priceDecimals: priceDecimals.value.value,
    timeZone: siteTimeZone(index.value),
  });
}
