/**
 * JSON without loss of digits: Oracle's ids have up to 18 digits, JavaScript numbers hold 15 to 16. Numbers are read as their
 * own text and written from text.
 */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Json = string | boolean | null | JsonNumber | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** Fails with a SyntaxError (or a RangeError on absurd depth), as JSON.parse does. */
export function parseJson(text: string): Json {
  // The third parameter is the JSON.parse source text access of ES2026; TypeScript's library does not name it yet.
  const keepDigits = (_name: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value;
  return JSON.parse(text, keepDigits) as Json;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);

const rawJson = (JSON as unknown as { rawJSON(text: string): object }).rawJSON;

/** A number for JSON.stringify that is written with exactly these digits. */
export const numberText = (digits: string): object => rawJson(digits);

/** Turns parsed JSON back into text, digits kept. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => (inner instanceof JsonNumber ? rawJson(inner.text) : inner));
}
