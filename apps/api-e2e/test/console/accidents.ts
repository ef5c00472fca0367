import { describe, expect, it } from 'vitest';

import type { LoggedIn } from '../client.ts';
import { reason, type ConsoleDesk } from './console-desk.ts';

/** What happens to operators that they did not want. */
export function describeAccidents(given: () => { desk: ConsoleDesk; owner: LoggedIn }): void {
  describe('when something goes wrong', () => {
    it('sends a change again with its key when no answer came', async () => {
      const { desk, owner } = given();
      const keys = desk.watchKeys('/unlock');
      await desk.open(`/accounts/${owner.id}`);
      await desk.press('Unlock …');
      await desk.fill('Reason', reason);
      await desk.answering(
        /\/unlock$/,
        (request) => request.abort(),
        async () => {
          await desk.press('Unlock');
          await expect.poll(() => desk.text('[role=alert]')).toContain('cannot be reached');
        },
      );
      await desk.press('Unlock');

      await expect.poll(() => desk.text('[role=status]')).toContain('The account is unlocked.');
      expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
    });

    it('leaves what is being typed when a change is answered that was cancelled', async () => {
      const { desk, owner } = given();
      let answer = (): void => undefined;
      const answered = new Promise<void>((resolve) => (answer = resolve));
      await desk.open(`/accounts/${owner.id}`);
      await desk.press('Unlock …');
      await desk.fill('Reason', reason);
      await desk.answering(
        /\/unlock$/,
        async (request) => answered.then(() => request.continue()),
        async () => {
          await desk.press('Unlock');
          await desk.press('Cancel');
          await desk.press('End sessions …');
          await desk.fill('Reason', reason);
          answer();
          await expect.poll(() => desk.text('[role=status]')).toContain('The account is unlocked.');
        },
      );

      expect(await desk.focused()).toBe('Reason');
      await desk.press('Cancel');
    });

    it('shows what a list could not be read for, and reads it again', async () => {
      const { desk } = given();
      const content = { status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' };
      await desk.answering(
        /\/admin\/jobs$/,
        (request) => request.respond(content),
        async () => {
          await desk.open('/jobs');
          await expect.poll(() => desk.text('[role=alert]')).toContain('HTTP 502');
        },
      );
      await desk.press('Try again');

      await expect.poll(() => desk.text('main')).toContain('jobs.health-check');
    });

    it('says that a page could not be loaded, and the others can', async () => {
      const { desk } = given();
      await desk.answering(
        /roles-[^/]+\.js$/,
        (request) => request.abort(),
        async () => {
          await desk.open('/jobs');
          await desk.press('Roles', 'link');
          await expect.poll(() => desk.heading()).toBe('This page failed');
        },
      );
      await desk.press('Events', 'link');

      await expect.poll(() => desk.heading()).toBe('Events');
    });

    it('asks who one is when the session has ended, and goes on where one was', async () => {
      const { desk, owner } = given();
      await desk.open(`/accounts/${owner.id}`);
      await desk.press('Unlock …');
      await desk.fill('Reason', reason);
      await desk.endSession();
      await desk.press('Unlock');
      await expect.poll(() => desk.text('[role=status]')).toContain('Your session has ended.');
      await desk.logIn(desk.admin);

      await expect.poll(() => desk.heading()).toBe('grace@example.com');
      expect(await desk.page.$('[role=dialog]')).toBeNull();
    });

    it('shows who has one role only what that role allows, as long as they have it', async () => {
      const { desk, owner } = given();
      await desk.press('Log out');
      await desk.logIn(owner);
      const areas = (await desk.text('nav')).split(/\s*\n\s*/).join(' ');
      expect(areas).toBe('Accounts Contact changes Deliveries');
      await desk.post(`/admin/accounts/${owner.id}/revoke-role`, { reason, role: 'support' });
      await desk.press('Deliveries', 'link');

      await expect.poll(() => desk.heading()).toBe('Not for this account');
      await desk.press('Log out');
    });

    it('ends the sessions of everybody, and asks who one is', async () => {
      const { desk } = given();
      await desk.logIn(desk.admin);
      await desk.open('/accounts');
      await desk.press('End all sessions …');
      await desk.fill('Reason', reason);
      await desk.press('End all sessions');

      await expect.poll(() => desk.heading()).toBe('Log in');
    });
  });
}
