import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWebhook } from '../../../sidecar/capture/webhook.ts';

const SECRET = 'a shared secret of the webhook';

/** As WooCommerce 10.5.2 sends it (woocommerce-contract section 3.2). */
function delivery(topic: string, body: unknown, over: { secret?: string; headers?: Record<string, string> } = {}) {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const [resource = '', event = ''] = topic.split('.');
  return {
    headers: {
      'content-type': 'application/json',
      'x-wc-webhook-source': 'https://shop.example/',
      'x-wc-webhook-topic': topic,
      'x-wc-webhook-resource': resource,
      'x-wc-webhook-event': event,
      'x-wc-webhook-id': '3',
      'x-wc-webhook-delivery-id': 'd41d8cd98f00b204e9800998ecf8427e',
      'x-wc-webhook-signature': createHmac('sha256', over.secret ?? SECRET)
        .update(rawBody)
        .digest('base64'),
      ...over.headers,
    },
    rawBody,
  };
}

describe('a delivery', () => {
  it.each([
    ['order.created', { id: 1042, total: '19.99' }, 'order', 1042],
    ['order.updated', { id: 1042 }, 'order', 1042],
    ['order.deleted', { id: 1042 }, 'order', 1042],
    ['order.restored', { id: 1042 }, 'order', 1042],
    ['customer.created', { id: 7 }, 'customer', 7],
    ['customer.deleted', { id: 7 }, 'customer', 7],
    ['action.woocommerce_order_status_changed', { action: 'woocommerce_order_status_changed', arg: 1042 }, 'order', 1042],
    ['action.woocommerce_order_refunded', { action: 'woocommerce_order_refunded', arg: '1042' }, 'order', 1042],
  ])('%s says that something may have changed', (topic, body, kind, id) => {
    expect(readWebhook(delivery(topic, body), SECRET)).toEqual({
      verdict: 'event',
      kind,
      id,
      topic,
      source: 'https://shop.example/',
    });
  });

  it.each([
    [
      'the order was gone when the body was made',
      'order.created',
      { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.', data: { status: 404 } },
    ],
    [
      'the webhook’s user had lost its rights',
      'order.updated',
      { code: 'woocommerce_rest_cannot_view', message: 'Sorry.', data: { status: 401 } },
    ],
    ['a refund id is no order id', 'action.woocommerce_refund_created', { action: 'woocommerce_refund_created', arg: 99 }],
    ['nobody asked for products', 'product.updated', { id: 5 }],
    ['there is no id', 'order.updated', { total: '1.00' }],
    ['the id is nonsense', 'order.updated', { id: -3 }],
    ['the body is a list', 'order.updated', [1, 2]],
    ['the body is not JSON', 'order.updated', '<html>'],
    ['the body is JSON that would change prototypes', 'order.updated', '{"__proto__":{"id":5}}'],
  ])('rightly signed is ignored when %s', (_, topic, body) => {
    expect(readWebhook(delivery(topic, body), SECRET)).toMatchObject({ verdict: 'ignored' });
  });

  it.each([
    ['another secret', delivery('order.updated', { id: 1 }, { secret: 'other' })],
    ['a signature that is no base64', delivery('order.updated', { id: 1 }, { headers: { 'x-wc-webhook-signature': '???' } })],
    ['hex instead of base64', delivery('order.updated', { id: 1 }, { headers: { 'x-wc-webhook-signature': 'ab'.repeat(32) } })],
    ['a changed body', { ...delivery('order.updated', { id: 1 }), rawBody: Buffer.from('{"id":2}') }],
  ])('with %s is refused', (_, request) => {
    expect(readWebhook(request, SECRET)).toMatchObject({ verdict: 'refused', code: 'webhook.mismatch' });
  });

  it('without a signature is refused', () => {
    const { headers, rawBody } = delivery('order.updated', { id: 1 });
    const { 'x-wc-webhook-signature': _, ...unsigned } = headers;
    expect(readWebhook({ headers: unsigned, rawBody }, SECRET)).toMatchObject({ verdict: 'refused', code: 'webhook.unsigned' });
  });

  it('is refused while we have no secret, though anybody could sign with none', () => {
    expect(readWebhook(delivery('order.updated', { id: 1 }, { secret: '' }), '')).toMatchObject({ verdict: 'refused' });
  });

  it('is accepted when the secret holds a character that WordPress keeps as an entity', () => {
    const signed = delivery('order.updated', { id: 1 }, { secret: 'a&b "c"' });
    expect(readWebhook(signed, 'a&amp;b &quot;c&quot;')).toMatchObject({ verdict: 'event', id: 1 });
    expect(readWebhook(signed, 'a&b "c"')).toMatchObject({ verdict: 'event', id: 1 });
  });
});

describe('the ping', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  it('is known though it is unsigned', () => {
    expect(readWebhook({ headers: form, rawBody: Buffer.from('webhook_id=12') }, SECRET)).toEqual({ verdict: 'ping' });
  });

  it.each(['webhook_id=', 'webhook_id=1&id=2', 'id=12', '', 'webhook_id=1'.padEnd(500, '1')])('is not "%s"', (body) => {
    expect(readWebhook({ headers: form, rawBody: Buffer.from(body) }, SECRET)).toMatchObject({ verdict: 'refused' });
  });
});

it('never throws, whatever comes', () => {
  const header = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 2 }), fc.constant(undefined));
  const headers = fc.record({
    'content-type': header,
    'x-wc-webhook-topic': header,
    'x-wc-webhook-signature': header,
    'x-wc-webhook-source': header,
  });
  fc.assert(
    fc.property(headers, fc.uint8Array(), fc.string(), (given, rawBody, secret) => {
      const { verdict } = readWebhook({ headers: given, rawBody }, secret);
      return verdict === 'refused' || verdict === 'ping';
    }),
    { numRuns: 1_000 },
  );
  fc.assert(
    fc.property(fc.constantFrom('order.updated', 'action.woocommerce_payment_complete', 'x'), fc.json(), (topic, body) => {
      const { verdict } = readWebhook(delivery(topic, body), SECRET);
      return verdict === 'ignored' || verdict === 'event';
    }),
    { numRuns: 1_000 },
  );
});
