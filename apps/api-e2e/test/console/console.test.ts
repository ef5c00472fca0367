import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { inWorkspace } from '@org/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { LoggedIn } from '../client.ts';
import { violationsOf, PAGES, WIDTHS, SCHEMES } from './accessibility.ts';
import { describeAccidents } from './accidents.ts';
import { chromium, ConsoleDesk, reason } from './console-desk.ts';
import { takeScreenshots } from './screenshots.ts';
import { describeWork } from './work.ts';

const MOST_BYTES = 300 * 1024;
const LONG_NAME = `a${'-name-that-does-not-end'.repeat(8)}@example.com`;

describe.skipIf(chromium === undefined)('the console', () => {
  let desk: ConsoleDesk;
  let owner: LoggedIn;

  beforeAll(async () => {
    desk = await ConsoleDesk.start();
    owner = await desk.signUp('grace@example.com');
    await desk.signUp(LONG_NAME);
    await desk.open('/');
  });
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
    await expect.poll(() => desk.heading()).toBe('Log in');
    expect(await violationsOf(desk.page)).toEqual([]);
    await desk.fill('Username or e-mail address', 'admin@example.com');
    await desk.fill('Password', 'wrong');
    await desk.press('Log in');
    await expect.poll(() => desk.text('[role=alert]')).toContain('ACCOUNT_ERR_03');

    await desk.fill('Password', desk.admin.user.password);
    await desk.press('Log in');

    await expect.poll(() => desk.heading()).toBe('Accounts');
  });

  it('needs no mouse to find an account and to disable it, with another proof', async () => {
    const { keyboard } = desk.page;
    const keys = desk.watchKeys('/disable');
    await desk.passAnHour();
    await desk.tabTo('Search');
    await keyboard.type('grace');
    await keyboard.press('Enter');
    await expect.poll(() => desk.text('main')).toContain('1 found');
    await desk.tabTo('grace@example.com');
    await keyboard.press('Enter');
    await expect.poll(() => desk.heading()).toBe('grace@example.com');
    expect(await desk.focused()).toBe('H1');
    await desk.tabTo('Disable …');
    await keyboard.press('Enter');
    await expect.poll(() => desk.focused()).toBe('Reason');
    expect(await violationsOf(desk.page)).toEqual([]);
    await keyboard.type(reason);
    await desk.tabTo('Disable');
    await keyboard.press('Enter');
    await expect.poll(() => desk.focused()).toBe('Password');
    expect(await violationsOf(desk.page)).toEqual([]);
    await keyboard.type(desk.admin.user.password);
    await keyboard.press('Enter');

    await expect.poll(() => desk.text('[role=status]')).toContain('The account is disabled.');
    await expect.poll(() => desk.text('.facts')).toContain('disabled');
    await expect.poll(() => desk.text('main')).toContain(reason);
    const query = { 'changes.operation.new': 'accounts.disable', 'changes.reason.new': reason };
    expect(await desk.collection('audit_log').countDocuments(query)).toBe(1);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
    // The button is gone; the part of the page that had it is not.
    await expect.poll(() => desk.focused()).toBe('SECTION');
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

  it('deletes an account that is disabled, and says that it is so when it is restored', async () => {
    const { id } = await desk.signUp('hedy@example.com');
    await desk.post(`/admin/accounts/${id}/disable`, { reason });
    await desk.open(`/accounts/${id}`);
    expect(await desk.text('main')).toContain('Change contact …');
    await desk.press('Delete …');
    await desk.fill('Reason', reason);
    await desk.press('Delete');
    await expect.poll(() => desk.text('[role=status]')).toContain('The account is deleted.');
    await expect.poll(() => desk.text('.facts')).toContain('deleted');
    await desk.press('Restore …');
    await desk.fill('Reason', reason);
    await desk.press('Restore');

    await expect.poll(() => desk.text('[role=status]')).toContain('restored, and still disabled');
    await expect.poll(() => desk.text('.facts')).not.toContain('deleted');
    const query = { resource_id: id, 'changes.operation.new': 'accounts.delete' };
    expect(await desk.collection('audit_log').countDocuments(query)).toBe(1);
  });

  describeWork(() => ({ desk, owner }));

  it('says nothing that the browser would complain about', () => {
    expect(desk.complaints).toEqual([]);
  });

  describe.each(WIDTHS)('at %i pixels', (width) => {
    beforeAll(() => desk.page.setViewport({ width, height: 900 }));

    it.each(PAGES)('shows %s to everybody', async (path, title) => {
      await desk.open(path.replace(':id', owner.id));
      await expect.poll(() => desk.heading()).toBe(title);

      for (const value of SCHEMES) {
        await desk.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
        expect(await violationsOf(desk.page), value).toEqual([]);
      }
      expect(
        await desk.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    });
  });

  it.runIf(process.env['CONSOLE_SCREENSHOTS'])('has its pictures taken', async () => {
    await takeScreenshots(desk, owner);
  });

  describeAccidents(() => ({ desk, owner }));
});
