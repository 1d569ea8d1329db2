/**
 * The one point where secrets and personal data are masked, for the audit trail and for logs. Names, addresses, e-mails and phones
 * become their first letter and an ellipsis, enough to tell two apart; secrets become `[secret]`. Ids, numbers, amounts, accounts stay.
 */
const SECRET = /(authorization|secret|password|passwd|token|assertion|api_?key|consumer_?key|signature|cookie|nonce)/i;
const PERSONAL =
  /^(first_?name|last_?name|person(first|last)?name|partyname|organizationname|customername|billtocustomername|shiptocustomername|accountname|company|address(_?[1-4]|element.*)?|street|city|postcode|postalcode|email(address)?|phone(number)?|raw(phonenumber)?|taxpayeridentificationnumber|customer_?note|customer_ip_address|customer_user_agent|username|display_?name|avatar_url)$/i;
const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.[\p{L}]{2,}/gu;
/** 13 to 19 digits with a valid check digit could be a card number; Oracle's ids are as long, so the check digit decides. */
const CARD = /\b(?:\d[ -]?){13,19}\b/g;
/** Of WooCommerce's meta_data. */
const META_VALUE = /^(display_)?value$/;
const TELLING_NOTHING = /^(-?\d{1,6}(\.\d+)?|yes|no|true|false|on|off)$/i;
const XML_ELEMENT = /(<(?:[\w-]+:)?([\w-]+)[^<>]*>)([^<]*)(?=<\/)/g;

export const MAX_AUDIT_BODY = 200_000;

/** Masks a request or answer. JSON is masked by key, XML by element, anything else by what looks like an e-mail. */
export function redactBody(body: string | null): string | null {
  if (body === null) return null;
  const cut = body.length > MAX_AUDIT_BODY ? `${body.slice(0, MAX_AUDIT_BODY)}… (${body.length} characters)` : body;
  const text = cut.trimStart();
  if (text.startsWith('{') || text.startsWith('[')) {
    // Masked in the text itself: parsing and writing again would lose digits of long ids.
    return maskText(cut.replace(JSON_PAIR, (pair, key: string, value: string) => maskPair(pair, key, value)));
  }
  if (text.startsWith('<')) {
    return maskText(
      cut.replace(XML_ELEMENT, (all, open: string, name: string, value: string) => {
        const masked = maskValue(name, value);
        return masked === null ? all : `${open}${masked}`;
      }),
    );
  }
  return maskText(
    cut.replace(FORM_PAIR, (pair, key: string, value: string) => (SECRET.test(key) ? pair.replace(value, '[secret]') : pair)),
  );
}

/** Masks a path with its query: look-ups name people by e-mail and name. */
export function redactPath(path: string): string {
  const [place = '', query] = path.split(/\?(.*)/s);
  if (query === undefined) return maskText(path);
  return `${maskText(place)}?${query.replace(FORM_PAIR, (pair, key: string, value: string) => {
    if (SECRET.test(key)) return `${key}=[secret]`;
    const decoded = decode(value);
    const masked = key === 'search' ? initial(decoded) : maskText(decoded.replace(QUERY_TERM, maskTerm));
    return masked === decoded ? pair : `${key}=${encodeURIComponent(masked)}`;
  })}`;
}

/** `EmailAddress='ada@example.org'` in `q`, `;PersonName=Ada` in a finder. */
const QUERY_TERM = /(\w+)(\s*(?:[=<>]|like)\s*)(?:(['"])(.*?)\3|([^'";,)]+))/gi;
const maskTerm = (term: string, name: string, sign: string, quote = '', quoted?: string, bare?: string): string =>
  PERSONAL.test(name) ? `${name}${sign}${quote}${initial((quoted ?? bare ?? '').trim())}${quote}` : term;

function decode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

const JSON_PAIR = /"((?:[^"\\]|\\.){1,80})"\s*:\s*("(?:[^"\\]|\\.)*")/g;
const FORM_PAIR = /([\w.-]+)=([^&\s]+)/g;

function maskPair(pair: string, key: string, value: string): string {
  const masked = maskValue(key, value.slice(1, -1));
  return masked === null ? pair : pair.slice(0, pair.length - value.length) + JSON.stringify(masked);
}

function maskValue(name: string, value: string): string | null {
  if (value === '') return null;
  if (SECRET.test(name)) return '[secret]';
  if (PERSONAL.test(name)) return initial(value);
  // A shop's custom fields may hold anything about a person; amounts, short codes and yes or no tell nothing about one.
  return META_VALUE.test(name) && !TELLING_NOTHING.test(value) ? initial(value) : null;
}

const initial = (value: string): string => `${[...value][0] ?? ''}…`;

function maskText(text: string): string {
  return text.replace(EMAIL, (email) => `${initial(email)}@…`).replace(CARD, (digits) => (luhn(digits) ? '[card]' : digits));
}

function luhn(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (digits.length < 13 || digits.length > 19 || /^3001/.test(digits)) return false; // Oracle's row ids begin with 3001
  let total = 0;
  for (let index = 0; index < digits.length; index += 1) {
    let digit = Number(digits[digits.length - 1 - index]);
    if (index % 2 === 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    total += digit;
  }
  return total % 10 === 0;
}
