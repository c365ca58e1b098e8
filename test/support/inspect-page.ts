import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const script = `(() => { ${readFileSync(new URL('./faults-of-page.js', import.meta.url), 'utf8')}\nreturn faultsOfPage(); })()`;

/**
 * What is wrong with a page as a browser shows it: wider than its window, text that is hard to read against its background,
 * pictures without words, links and fields without a name. Empty: nothing.
 */
export const inspectPage = (page: Page): Promise<string[]> => page.evaluate<string[]>(script);
