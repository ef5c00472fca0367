import { ok } from 'node:assert/strict';
import { join } from 'node:path';

import { launch, type Page } from 'puppeteer-core';

const POLICY = { name: 'content-security-policy', value: "default-src 'self'" };

/** Sees an app as its user does, under the policy that docs/browsers.md tells to send with its pages. */
const [, , executablePath = '', address = '', accountId = '', name = '', screenshots] =
  process.argv;
// The sandbox does not work for root, as CI is.
const browser = await launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 800, height: 400 });
  await addPolicy(page);
  await page.goto(address);
  await see(page, 'input[name="password"]', 'log-in');
  ok(page.url().endsWith('/log-in'), `not sent to the log-in: ${page.url()}`);

  await logIn(page, 'a wrong password');
  await page.waitForSelector('::-p-text(wrong)');
  await logIn(page, 'analytical engine');
  await see(page, 'h1', 'guarded');
  await page.reload();
  const text = await see(page, 'h1');
  ok(text.includes(accountId), `not the page of whoever logged in: ${text}`);
  ok((await page.evaluate(() => document.cookie)) === '', 'a script can read the cookie');

  await page.click('button');
  await see(page, 'input[name="password"]');
  await page.goto(address);
  await see(page, 'input[name="password"]');
  ok((await browser.cookies()).length === 0, 'the cookie is still there');
} finally {
  await browser.close();
}

async function logIn(page: Page, password: string): Promise<void> {
  await page.waitForSelector('input[name="password"]');
  for (const [field, value] of [
    ['username', 'ada'],
    ['password', password],
  ]) {
    await page.$eval(`input[name="${field}"]`, (input) => (input.value = ''));
    await page.type(`input[name="${field}"]`, value);
  }
  await page.click('button');
}

/** Sends the policy with each page, which the apps leave to whatever is in front of them. */
async function addPolicy(page: Page): Promise<void> {
  const client = await page.createCDPSession();
  client.on('Fetch.requestPaused', async ({ requestId, responseStatusCode, responseHeaders }) => {
    if (responseStatusCode !== 200) {
      await client.send('Fetch.continueResponse', { requestId });
      return;
    }
    const { body } = await client.send('Fetch.getResponseBody', { requestId });
    await client.send('Fetch.fulfillRequest', {
      ...{ requestId, responseCode: responseStatusCode, body },
      responseHeaders: [...(responseHeaders ?? []), POLICY],
    });
  });
  const patterns = [{ resourceType: 'Document' as const, requestStage: 'Response' as const }];
  await client.send('Fetch.enable', { patterns });
}

/** @returns the text of the page that has it */
async function see(page: Page, selector: string, screenshot?: string): Promise<string> {
  await page.waitForSelector(selector);
  if (screenshots !== undefined && screenshot !== undefined) {
    await page.screenshot({ path: join(screenshots, `${name}-${screenshot}.png`) });
  }
  return page.$eval('body', (body) => body.innerText);
}
