import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { inWorkspace } from '@org/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { LoggedIn } from '../client.ts';
import { violationsOf, PAGES, SIZES } from './accessibility.ts';
import { chromium, ConsoleDesk, reason } from './console-desk.ts';
import { takeScreenshots } from './screenshots.ts';

const MOST_BYTES = 300 * 1024;

describe.skipIf(chromium === undefined)('the console', { timeout: 120_000 }, () => {
  let desk: ConsoleDesk;
  let owner: LoggedIn;

  beforeAll(async () => {
    desk = await ConsoleDesk.start();
    owner = await desk.signUp('grace@example.com');
    await desk.open('/');
  }, 120_000);
  afterAll(() => desk.close());

  it('is a page with a policy without inline code, and files that are cached for ever', async () => {
    const page = await fetch(`${desk.address}/console/accounts`);
    const [, asset] = /src="(\/console\/assets\/[^"]+)"/.exec(await page.text())!;
    const script = await fetch(`${desk.address}${asset}`);

    expect(page.headers.get('content-security-policy')).toContain(
      "script-src 'self'; style-src 'self'",
    );
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect((await fetch(`${desk.address}/console/assets/none.js`)).status).toBe(404);
  });

  it('is less than 300 KB in all, compressed', () => {
    const folder = inWorkspace('apps/console/dist');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true });
    const sizes = files
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => gzipSync(readFileSync(join(parentPath, name))).length);

    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });

  it('asks who one is', async () => {
    await expect.poll(() => desk.text('h1')).toBe('Log in');
    expect(await violationsOf(desk.page)).toEqual([]);
    await desk.fill('Username or e-mail address', 'admin@example.com');
    await desk.fill('Password', 'wrong');
    await desk.press('Log in');
    await expect.poll(() => desk.text('[role=alert]')).toContain('ACCOUNT_ERR_03');

    await desk.fill('Password', desk.admin.user.password);
    await desk.press('Log in');

    await expect.poll(() => desk.text('h1')).toBe('Accounts');
  });

  it('finds an account, and opens it', async () => {
    await desk.page.locator('::-p-aria([name="Search"][role="searchbox"])').fill('grace');
    await desk.press('Search');
    await desk.press('grace@example.com', 'link');

    await expect.poll(() => desk.text('h1')).toBe('grace@example.com');
    expect(await desk.page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });

  it('disables it for a reason, after another proof of who one is', async () => {
    await desk.passAnHour();
    await desk.press('Disable …');
    await desk.fill('Reason', reason);
    expect(await violationsOf(desk.page)).toEqual([]);
    await desk.press('Disable');
    await desk.fill('Password', desk.admin.user.password);
    expect(await violationsOf(desk.page)).toEqual([]);
    await desk.press('Continue');

    await expect.poll(() => desk.text('[role=status]')).toContain('The account is disabled.');
    await expect.poll(() => desk.text('.facts')).toContain('disabled');
    await expect.poll(() => desk.text('main')).toContain(reason);
    const query = { 'changes.operation.new': 'accounts.disable', 'changes.reason.new': reason };
    expect(await desk.collection('audit_log').countDocuments(query)).toBe(1);
  });

  it('enables it, and grants it a role', async () => {
    await desk.press('Enable …');
    await desk.fill('Reason', reason);
    await desk.press('Enable');
    await expect.poll(() => desk.text('[role=status]')).toContain('The account is enabled.');
    await desk.press('Grant role …');
    await desk.page.locator('[role=dialog] select').fill('support');
    await desk.fill('Reason', reason);
    await desk.press('Grant');

    await expect.poll(() => desk.text('.chips')).toContain('support');
    const grant = await desk.collection('role_grants').findOne({ account_id: owner.id });
    expect(grant).toMatchObject({ roles: ['support'] });
  });

  it('replays a dead message', async () => {
    await desk.storeDeadDelivery(owner.id);
    await desk.press('Deliveries', 'link');
    await expect.poll(() => desk.text('h1')).toBe('Deliveries');
    await desk.press('Replay announcement');
    await desk.fill('Reason', reason);
    await desk.press('Replay');

    await expect.poll(() => desk.text('main')).toContain('No message is dead.');
  });

  it('says nothing that the browser would complain about', () => {
    expect(desk.complaints).toEqual([]);
  });

  describe.each(SIZES)('at $width pixels, in $scheme', ({ width, scheme }) => {
    beforeAll(async () => {
      await desk.page.setViewport({ width, height: 900 });
      await desk.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    });

    it.each(PAGES)('shows %s to everybody', async (path, title) => {
      await desk.open(path.replace(':id', owner.id));
      await expect.poll(() => desk.text('h1')).toBe(title);

      expect(await violationsOf(desk.page)).toEqual([]);
      expect(
        await desk.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    });
  });

  it.runIf(process.env['CONSOLE_SCREENSHOTS'])('has its pictures taken', async () => {
    await takeScreenshots(desk, owner);
  });

  it('shows who has one role only what that role allows', async () => {
    await desk.open('/accounts');
    await desk.press('Log out');
    await expect.poll(() => desk.text('h1')).toBe('Log in');
    await desk.fill('Username or e-mail address', 'grace@example.com');
    await desk.fill('Password', owner.user.password);
    await desk.press('Log in');
    await expect.poll(() => desk.text('h1')).toBe('Accounts');

    const areas = (await desk.text('nav')).split(/\s*\n\s*/).join(' ');

    expect(areas).toBe('Accounts Contact changes Deliveries');
  });

  it('ends the sessions of everybody, and one is asked who one is', async () => {
    await desk.press('Log out');
    await expect.poll(() => desk.text('h1')).toBe('Log in');
    await desk.fill('Username or e-mail address', 'admin@example.com');
    await desk.fill('Password', desk.admin.user.password);
    await desk.press('Log in');
    await desk.press('End all sessions …');
    await desk.fill('Reason', reason);
    await desk.press('End all sessions');

    await expect.poll(() => desk.text('h1')).toBe('Log in');
  });
});
