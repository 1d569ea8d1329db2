import type { Locator } from 'playwright';

/** What a person reads there, in one line: folded and hidden text is not in it, as textContent would have it. */
export async function shownText(locator: Locator): Promise<string> {
  return (await locator.innerText()).replace(/\s+/g, ' ').trim();
}
