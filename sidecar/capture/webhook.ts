import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Reads a delivery of WooCommerce's own webhooks. Pure. A webhook is a hint that something may have changed, never a fact:
 * of the body only the id counts.
 * Source: woocommerce-contract section 3.2; WooCommerce 10.5.2 class-wc-webhook.php
 */
export interface WebhookRequest {
  /** As node:http gives them, lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  rawBody: Uint8Array;
}

export type WebhookVerdict =
  /** WooCommerce asks whether anybody is there: unsigned, to be answered exactly 200. */
  | { verdict: 'ping' }
  /** Rightly signed, but nothing for us: answered 200, or WooCommerce switches the webhook off. */
  | { verdict: 'ignored'; why: string }
  | { verdict: 'refused'; code: 'webhook.unsigned' | 'webhook.mismatch'; message: string }
  | { verdict: 'event'; kind: 'order' | 'customer'; id: number; topic: string; source: string };

export function readWebhook({ headers, rawBody }: WebhookRequest, secret: string): WebhookVerdict {
  const header = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  const signature = header('x-wc-webhook-signature');
  if (signature === '') {
    if (isPing(header('content-type'), rawBody)) return { verdict: 'ping' };
    return { verdict: 'refused', code: 'webhook.unsigned', message: 'The header X-WC-Webhook-Signature is missing.' };
  }
  if (secret === '' || !isSigned(rawBody, signature, secret)) {
    return { verdict: 'refused', code: 'webhook.mismatch', message: 'The signature does not fit the body and our secret.' };
  }
  return meaning(header('x-wc-webhook-topic'), header('x-wc-webhook-source'), rawBody);
}

/** `webhook_id=12`, as a form, sent when a webhook is made. */
function isPing(contentType: string, rawBody: Uint8Array): boolean {
  return (
    contentType.startsWith('application/x-www-form-urlencoded') &&
    rawBody.length < 64 &&
    /^webhook_id=\d+$/.test(Buffer.from(rawBody).toString('latin1'))
  );
}

/** WooCommerce signs with the secret after turning HTML entities back (wp_specialchars_decode), so one typed with `&` has two spellings. */
function isSigned(rawBody: Uint8Array, signature: string, secret: string): boolean {
  const given = Buffer.from(signature, 'base64');
  const right = (key: string): boolean => {
    const expected = createHmac('sha256', key).update(rawBody).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  return [secret, decoded(secret)].map(right).includes(true);
}

const decoded = (secret: string): string =>
  secret
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#0?39;/g, "'")
    .replace(/&amp;/g, '&');

/** Actions whose first argument is an order id. */
const ORDER_ACTIONS =
  /^action\.woocommerce_(order_status_\w+|order_refunded|order_(partially|fully)_refunded|payment_complete|(new|update|trash|untrash|delete)_order)$/;

function meaning(topic: string, source: string, rawBody: Uint8Array): WebhookVerdict {
  const body = object(rawBody);
  if (body === null) return { verdict: 'ignored', why: `The body of ${topic || 'a delivery'} is not a JSON object.` };
  // The order was gone or the webhook's user had lost its rights when WooCommerce made the body, and signed it all the same.
  if (typeof body.code === 'string' && typeof body.message === 'string' && body.id === undefined) {
    return { verdict: 'ignored', why: `WooCommerce delivered an error instead of the object: ${body.code.slice(0, 80)}` };
  }
  const event = (kind: 'order' | 'customer', id: unknown): WebhookVerdict =>
    typeof id === 'number' && Number.isSafeInteger(id) && id > 0
      ? { verdict: 'event', kind, id, topic, source }
      : { verdict: 'ignored', why: `${topic} names no id.` };
  if (/^order\./.test(topic)) return event('order', body.id);
  if (/^customer\./.test(topic)) return event('customer', body.id);
  if (ORDER_ACTIONS.test(topic)) return event('order', Number(body.arg));
  return { verdict: 'ignored', why: `Topic ${topic.slice(0, 80) || '(none)'} is not one of orders or customers.` };
}

function object(rawBody: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(rawBody).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
