import { join } from 'node:path';

import { inWorkspace } from '@org/harness';

import type { LoggedIn } from '../client.ts';
import { PAGES } from './accessibility.ts';
import { reason, type ConsoleDesk } from './console-desk.ts';

/** Writes docs/console/*.png: each page in the light, some in the dark and narrow. */
export async function takeScreenshots(desk: ConsoleDesk, owner: LoggedIn): Promise<void> {
  const { page } = desk;
  await desk.storeDeadDelivery(owner.id);
  await askForContacts(desk, owner);
  const shoot = async (path: string, name: string, width: number, scheme = 'light') => {
    await page.setViewport({
      width,
      height: /^(account\b|health)/.test(name) && width > 500 ? 1150 : 760,
    });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await desk.open(path.replace(':id', owner.id));
    await page.screenshot({
      path: join(inWorkspace('docs/console'), `${name}.png`),
    });
  };
  const hour = { contentType: 'application/json', body: JSON.stringify(anHour()) };
  await desk.answering(
    /\/admin\/health$/,
    async (request) => request.respond(hour),
    async () => {
      for (const [path] of PAGES) {
        const [, name] = /^\/(\w+)/.exec(path.replace('/accounts/:id', '/account'))!;
        await shoot(path, name!, 1280);
      }
      await shoot('/accounts/:id', 'account-dark', 1280, 'dark');
      await shoot('/health', 'health-dark', 1280, 'dark');
      await shoot('/accounts/:id', 'account-narrow', 375);
      await shoot('/accounts?query=a&state=', 'accounts-narrow', 375, 'dark');
      await shoot('/webhooks', 'webhooks-narrow', 375);
      await shoot('/accounts/:id', 'change', 1280);
      await desk.press('Disable …');
      await page.setViewport({ width: 1280, height: 600 });
      const path = join(inWorkspace('docs/console'), 'change.png') as `${string}.png`;
      await page.screenshot({ path });
    },
  );
  await shootLogIn(desk);
  await desk.open('/accounts');
}

/** A change that is done, one that somebody else asks for, and one that the admin asks for. */
async function askForContacts(desk: ConsoleDesk, { id, user }: LoggedIn): Promise<void> {
  const { token } = (await desk.post('/access-tokens', user)) as { token: string };
  const ask = async (accountId: string, email: string, asker?: string): Promise<string> => {
    const path = `/admin/accounts/${accountId}/contact-requests`;
    return ((await desk.post(path, { reason, email }, asker)) as { id: string }).id;
  };
  const asked = await ask(id, 'hopper@example.com', token);
  await desk.post(`/admin/contact-requests/${asked}/approve`, { reason });
  await ask(id, 'grace@example.org', token);
  await ask(desk.admin.id, 'admin@example.org');
}

/** As somebody else's browser, which is not logged in. */
async function shootLogIn({ page, address }: ConsoleDesk): Promise<void> {
  const context = await page.browser().createBrowserContext();
  const other = await context.newPage();
  await other.setViewport({ width: 1280, height: 520 });
  await other.goto(`${address}/console`, { waitUntil: 'networkidle0' });
  await other.screenshot({ path: join(inWorkspace('docs/console'), 'log-in.png') });
  await context.close();
}

/** Numbers of an hour, for the picture of the plots. */
function anHour(): object {
  const start = Date.UTC(2026, 10, 29, 9);
  const wave = (minute: number, by: number) => Math.abs(Math.sin(minute / by));
  const minutes = Array.from({ length: 60 }, (_, minute) => ({
    from: new Date(start + minute * 60_000).toISOString(),
    to: new Date(start + (minute + 1) * 60_000).toISOString(),
    requests: Math.round(820 + 300 * wave(minute, 9) + 70 * wave(minute, 1.3)),
    server_errors: minute > 38 && minute < 43 ? 14 : 0,
    latency_milliseconds: {
      p50: Math.round(6 + 2 * wave(minute, 7)),
      p95: Math.round(22 + 9 * wave(minute, 5)),
      p99: Math.round(48 + 30 * wave(minute, 3)),
    },
    logins: Math.round(40 + 18 * wave(minute, 11)),
    failed_logins: Math.round(3 + 5 * wave(minute, 4)),
    queued: minute > 38 ? Math.max(0, 60 - Math.abs(46 - minute) * 7) : 2,
    dead: minute > 44 ? 3 : 0,
  }));
  return {
    process: { host: 'api-1', pid: 17, started_at: '2026-11-28T21:40:12.000Z' },
    state: {
      jobs: { waiting: 14, running: 1, dead: 0 },
      worker_seen_at: '2026-11-29T09:59:58.000Z',
      events: { waiting: 2, failing: 0, dead: 1 },
      messages: { queued: 3, dead: 2 },
      webhooks: { queued: 0, enabled: 4, failing: 1, disabled: 0 },
    },
    minutes,
  };
}
