import { createHmac } from 'node:crypto';

/**
 * The shop's end of OAuth 1.0a, written down from woocommerce-contract section 2 and WooCommerce 10.5.2
 * class-wc-rest-authentication.php (parse_header, check_oauth_signature, join_with_equals_sign): what PHP parsed is signed, not
 * what was sent.
 */
export interface ShopSide {
  home: string;
  /** By consumer key. */
  secrets: Record<string, string>;
  nowSeconds: number;
}

export type OAuthVerdict = 'accepted' | 'no parameters' | 'unknown key' | 'signature does not match' | 'invalid timestamp';

type PhpValue = string | { [key: string]: PhpValue };

export function verifyLikeWooCommerce(method: string, target: string, authorization: string, shop: ShopSide): OAuthVerdict {
  const [path = '', query = ''] = target.split('?');
  const params: Record<string, PhpValue> = { ...parsePhpQuery(query), ...parseHeader(authorization) };
  const needed = ['oauth_consumer_key', 'oauth_timestamp', 'oauth_nonce', 'oauth_signature', 'oauth_signature_method'];
  if (needed.some((name) => typeof params[name] !== 'string')) return 'no parameters';
  const { oauth_signature: signature, ...signed } = params;
  const secret = shop.secrets[String(params.oauth_consumer_key)];
  if (secret === undefined) return 'unknown key';
  const homePath = `${new URL(shop.home).pathname.replace(/\/$/, '')}/`;
  const below = path.startsWith(homePath) ? path.slice(homePath.length) : path;
  const uri = rawurlencode(`${shop.home.replace(/\/$/, '')}/${below.replace(/^\//, '')}`);
  const sorted = Object.entries(signed).sort(([a], [b]) => (a < b ? -1 : 1));
  const base = `${method}&${uri}&${join(sorted).join('%26')}`;
  const algorithm = String(params.oauth_signature_method).replace('HMAC-', '').toLowerCase();
  const expected = createHmac(algorithm, `${secret}&`).update(base).digest('base64');
  if (expected !== signature) return 'signature does not match';
  return Math.abs(Number(params.oauth_timestamp) - shop.nowSeconds) > 15 * 60 ? 'invalid timestamp' : 'accepted';
}

/** normalize_parameters encodes keys and values once, join_with_equals_sign the pair once more. */
function join(params: [string, PhpValue][], within = ''): string[] {
  return params.flatMap(([key, value]) => {
    const name = within ? `${within}%5B${key}%5D` : rawurlencode(key);
    return typeof value === 'object' ? join(Object.entries(value), name) : [rawurlencode(`${name}=${rawurlencode(value)}`)];
  });
}

/** `a[]=1&a[]=2` is `a = [0 => 1, 1 => 2]` in PHP. */
function parsePhpQuery(query: string): Record<string, PhpValue> {
  const params: Record<string, PhpValue> = {};
  for (const pair of query.split('&').filter(Boolean)) {
    const [name = '', value = ''] = pair.split('=').map(urldecode);
    const list = /^([^[]+)\[\]$/.exec(name)?.[1];
    if (list === undefined) params[name] = value;
    else {
      const rows = (params[list] ?? {}) as Record<string, PhpValue>;
      rows[String(Object.keys(rows).length)] = value;
      params[list] = rows;
    }
  }
  return params;
}

function parseHeader(authorization: string): Record<string, string> {
  if (!authorization.startsWith('OAuth ')) return {};
  const found = authorization.matchAll(/(oauth_[a-z_-]*)=(?:"([^"]*)"|([^,]*))/g);
  return Object.fromEntries([...found].map(([, name, quoted, bare]) => [name, urldecode(quoted || bare || '')]));
}

const urldecode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** RFC 3986; WooCommerce's wc_rest_urlencode_rfc3986 leaves `~` as it is. */
const rawurlencode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
