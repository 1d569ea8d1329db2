/** What the plugin tells the page in `window.arBridge`; every part has a fallback, so that a missing one breaks nothing. */
interface HostSettings {
  /** REST namespace without slashes at its ends. */
  restNamespace: string;
  /** `admin.php?page=ar-bridge`, as a full address. */
  adminUrl: string;
  /** Address of an order's edit screen with `%d` for the order's id; empty when unknown. */
  orderEditUrlPattern: string;
  version: string;
  /** Whether the plugin was paired when it printed the page. */
  paired: boolean;
  /** BCP 47. */
  locale: string;
  /** The site's time zone, IANA or an offset such as `+05:30`; the browser's when absent. */
  timeZone: string;
}

declare global {
  interface Window {
    arBridge?: Partial<HostSettings>;
  }
}

const given: Partial<HostSettings> = window.arBridge ?? {};

export const host = {
  restNamespace: `/${(given.restNamespace ?? 'ar-bridge/v1').replace(/^\/|\/$/g, '')}`,
  adminUrl: given.adminUrl ?? 'admin.php?page=ar-bridge',
  orderEditUrlPattern: given.orderEditUrlPattern ?? '',
  version: given.version ?? '',
  paired: given.paired ?? false,
  locale: (given.locale ?? document.documentElement.lang).replace('_', '-') || 'en',
  timeZone: given.timeZone && isTimeZone(given.timeZone) ? given.timeZone : undefined,
};

/** WordPress may say `+05:30`, which browsers before 2024 do not take. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The order's own edit screen in WooCommerce; null when the plugin did not say where it is. */
export const orderEditUrl = (orderId: number): string | null =>
  host.orderEditUrlPattern.includes('%d') ? host.orderEditUrlPattern.replace('%d', String(orderId)) : null;
