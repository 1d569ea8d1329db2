import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from 'vitest';
import { type Harness, harnessMissing, launchBrowser, startHarness } from './harness.ts';
import type { MockApi } from './mock-api.ts';

/** What a test of the page has at hand: a page in a browser, and the API behind it. */
export interface Stage {
  api: MockApi;
  harness: Harness;
  page: Page;
  /** Opens the admin page; `&tab=orders` and the like. */
  open: (query?: string) => Promise<Page>;
  goto: (url: string) => Promise<Page>;
  /** What the console said besides requests that a test made fail: React's warnings, deprecations of the host, errors. */
  complaints: () => string[];
  /** Failures of WCAG 2 A and AA that axe-core finds, one line each. */
  axe: () => Promise<string[]>;
}

/**
 * A suite of tests on the harness: one server and browser for all, a fresh page and a fresh model for each. Every test also fails on
 * anything in the console. Skipped, by name, where the harness cannot run.
 */
export function pageSuite(name: string, tests: (stage: Stage) => void): void {
  const missing = harnessMissing();
  describe.skipIf(missing !== null)(missing ? `${name} [skipped: ${missing}]` : name, () => {
    vi.setConfig({ testTimeout: 30_000 });
    const stage = {} as Stage;
    let browser: Browser;
    let context: BrowserContext;
    let messages: string[] = [];

    beforeAll(async () => {
      [stage.harness, browser] = await Promise.all([startHarness(), launchBrowser()]);
      stage.api = stage.harness.api;
      // One context for the suite: WordPress's scripts come from its cache from the second page on.
      context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await stage.harness?.close();
    });

    beforeEach(async () => {
      stage.api.reset();
      messages = [];
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) messages.push(message.text());
      });
      page.on('pageerror', (error) => messages.push(error.message));
      stage.page = page;
      stage.goto = async (url) => {
        await page.goto(url);
        return page;
      };
      stage.open = (query = '') => stage.goto(stage.harness.pageUrl(query));
      stage.complaints = () => messages.filter((message) => !message.startsWith('Failed to load resource'));
      stage.axe = () => axeOn(page);
    });
    afterEach(async () => {
      await stage.page.close();
      expect(stage.complaints()).toEqual([]);
    });

    tests(stage);
  });
}

async function axeOn(page: Page): Promise<string[]> {
  const file = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  if (!existsSync(file)) throw new Error('axe-core, which @wordpress/scripts brings, is not installed');
  // A dialog that still fades in has less contrast than it will have.
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter((each) => each.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    return Promise.all(ending.map((each) => each.finished.catch(() => null))).then(() => null);
  });
  await page.addScriptTag({ path: file });
  return page.evaluate(async () => {
    const include = ['#wpbody', '.components-modal__frame'].filter((part) => document.querySelector(part)).map((part) => [part]);
    // biome-ignore lint/suspicious/noExplicitAny: axe-core puts itself on the window
    const { violations } = await (window as any).axe.run({ include }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
    return violations.map(
      (violation: { id: string; nodes: { target: string[] }[] }) =>
        `${violation.id}: ${violation.nodes.map(({ target }) => target.join(' ')).join(' | ')}`,
    );
  });
}
