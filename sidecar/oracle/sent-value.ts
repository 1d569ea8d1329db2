import { isObject, type Lossless, readJson } from './lossless-json.ts';
import { findAll, readXml, textOf } from './xml.ts';

/**
 * What a request said for an attribute, for messages ("found ..."); null when it did not say it.
 *
 * In      body  JSON or SOAP text as it was sent; pointer  JSON pointer to the attribute, where the answer named one
 */
export function sentValue(body: string | null, attribute: string, pointer: string | null = null): string | null {
  if (body === null) return null;
  if (body.startsWith('<'))
    return (
      findAll(readXml(body), attribute)
        .map(textOf)
        .find((text) => text !== null) ?? null
    );
  const json = readJson(body);
  if (pointer !== null) {
    const exact = scalar(pointer.split('/').filter(Boolean).reduce(step, json));
    if (exact !== null) return exact;
  }
  return firstNamed(json, attribute);
}

function step(value: Lossless | undefined, part: string): Lossless | undefined {
  if (Array.isArray(value)) return value[Number(part)];
  return isObject(value) ? value[part] : undefined;
}

function firstNamed(value: Lossless | undefined, attribute: string): string | null {
  if (Array.isArray(value)) {
    for (const each of value) {
      const found = firstNamed(each, attribute);
      if (found !== null) return found;
    }
    return null;
  }
  if (!isObject(value)) return null;
  const own = scalar(value[attribute]);
  if (own !== null) return own;
  return firstNamed(
    Object.values(value).filter((child) => typeof child === 'object'),
    attribute,
  );
}

const scalar = (value: Lossless | undefined): string | null =>
  typeof value === 'string' || typeof value === 'boolean' ? String(value) : null;
