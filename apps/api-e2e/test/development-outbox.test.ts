import { findChromium } from '@org/harness';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openBrowser } from './browser.ts';
import { get, post, signUpAndLogIn } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const chromium = findChromium();
if (chromium === undefined) {
  process.stdout.write(
    'Skipped: /dev/outbox in a browser. Install Chromium (Debian: apt-get install chromium), or name one by CHROMIUM.\n',
  );
}

describe.skipIf(chromium === undefined)('/dev/outbox in a browser', () => {
  let program: Program;
  let address: string;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    program = Program.run({ ...onThrowawayDatabase(), WEB_APP_URL: 'https://app.example.com' });
    address = await program.ready();
    browser = await openBrowser(chromium!);
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        complaints.push(message.text());
      }
    });
  });
  afterAll(async () => {
    await browser.close();
    await program.stop();
  });

  async function open(path: string): Promise<string> {
    await page.goto(`${address}${path}`);
    return page.$eval('body', (body) => body.innerText);
  }

  it('is empty first, then shows a code that logs in', async () => {
    expect(await open('/dev/outbox')).toContain('Nothing was sent yet');
    const phone = { country_code: '+91', phone_number: '9999999999' };
    await post(`${address}/api/accounts`, { phone_number: phone });

    await expect.poll(() => open('/dev/outbox')).toContain('+919999999999');
    const code = /\b\d{6}\b/.exec(await open('/dev/outbox'))![0];
    expect(
      await post(`${address}/api/access-tokens`, { phone_number: phone, otp_code: code }),
    ).toMatchObject({ status: 201 });
  });

  it('shows a mail as its reader sees it, with the link to follow', async () => {
    const { id } = await signUpAndLogIn(`${address}/api`, 'ada@example.com');
    await post(`${address}/api/password-reset-tokens`, { username: 'ada@example.com' });
    await expect.poll(() => open('/dev/outbox')).toContain('ada@example.com');

    const frame = await (await page.$('iframe'))!.contentFrame();
    const link = await frame.$eval('a[href]', (anchor) => anchor.href);

    expect(link).toMatch(
      new RegExp(`^https://app\\.example\\.com/accounts/${id}/reset_password\\?token=`),
    );
  });

  it('previews every template', async () => {
    const text = await open('/dev/outbox/templates');

    for (const topic of ['one-time-password', 'password-reset', 'password-changed']) {
      expect(text).toContain(topic);
    }
  });

  it('breaks none of its own rules for content', () => {
    expect(complaints).toEqual([]);
  });
});

describe('/dev/outbox', () => {
  it('is not there where messages are sent', async () => {
    const program = Program.run({
      ...onThrowawayDatabase(),
      EMAIL_PROVIDER: 'smtp',
      EMAIL_FROM: 'no-reply@example.com',
      SMTP_URL: 'smtp://127.0.0.1:1',
      SMS_PROVIDER: 'webhook',
      SMS_WEBHOOK_URL: 'http://127.0.0.1:2',
    });
    const address = await program.ready();

    expect(await get(`${address}/dev/outbox`)).toMatchObject({ status: 404 });
    await program.stop();
  });
});
