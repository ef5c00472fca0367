import { readFileSync } from 'node:fs';

import { inWorkspace } from '@org/harness';
import type axe from 'axe-core';
import type { Page } from 'puppeteer-core';

/** Paths below `/console`, and their headings. */
export const PAGES = [
  ['/accounts?query=a&state=', 'Accounts'],
  ['/accounts/:id', 'grace@example.com'],
  ['/contacts', 'Contact changes'],
  ['/deliveries', 'Deliveries'],
  ['/jobs', 'Jobs'],
  ['/events', 'Events'],
  ['/webhooks', 'Webhooks'],
  ['/audit?by=account&id=:id', 'Audit'],
  ['/roles', 'Roles'],
  ['/health', 'Health'],
] as const;

export const WIDTHS = [1280, 375];
export const SCHEMES = ['light', 'dark'];

const source = readFileSync(inWorkspace('node_modules/axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with the page, each with where. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) {
    // As the debugger, which the page's policy does not bind.
    await page.evaluate(source);
  }
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`,
    );
  });
}
