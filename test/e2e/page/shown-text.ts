import type { Locator } from 'playwright';

/** What a person reads there, in one line: folded and hidden text is not in it. */
export async function shownText(locator: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: textContent would give hidden text as well
  return (await locator.innerText()).replace(/\s+/g, ' ').trim();
}
