import { NotificationService, ProviderError, type ChannelReport } from '@org/notification';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { announce, context, createServices, sendOtp, type TestServices } from '../services.ts';

const MINUTE = 60_000;
/** The wait it asks for keeps one round from trying a message twice. */
const outage = new ProviderError('Vendor answered 503.', {
  retryable: true,
  retryAfterMilliseconds: 5,
});

let services: TestServices;
let notification: NotificationService;
let reports: ChannelReport[];

beforeAll(async () => {
  services = await createServices();
});
beforeEach(async () => {
  await services.reset();
  const { throwaway, audit, secretKey, clock, email, sms, push } = services;
  reports = [];
  notification = NotificationService.create({
    ...{ database: throwaway.database, audit, secretKey, clock, providers: { email, sms, push } },
    settings: { retryMaximumDelayMilliseconds: 1 },
    onDeliveryReport: (report) => reports.push(report),
  });
});
afterAll(async () => {
  await services.throwaway.remove();
});

/** Tries what is due. @returns how many attempts that took */
async function attempt(): Promise<number> {
  services.clock.advance(10);
  return notification.deliverDueMessages();
}

describe('a channel that fails', () => {
  it('is told of at once, then summed up once a minute, and when it works again', async () => {
    services.email.failure = outage;
    await announce(notification);
    await announce(notification);
    const ofChannel = { channel: 'email', topic: 'announcement', error: 'Vendor answered 503.' };

    const failed = (await attempt()) + (await attempt());
    expect(reports.splice(0)).toEqual([{ ...ofChannel, state: 'failing', failures: 1 }]);

    services.clock.advance(MINUTE);
    await announce(notification);
    await attempt();
    expect(reports.splice(0)).toEqual([{ ...ofChannel, state: 'failing', failures: failed }]);

    services.email.failure = undefined;
    await attempt();
    expect(reports).toMatchObject([{ ...ofChannel, state: 'working' }]);
  });

  it('is told apart from the others', async () => {
    services.email.failure = outage;
    await announce(notification);
    await sendOtp(notification);

    await attempt();

    expect(reports).toMatchObject([{ channel: 'email', state: 'failing' }]);
    expect(notification.failingChannels).toEqual(['email']);
    services.email.failure = undefined;
    services.clock.advance(MINUTE);
    await attempt();
    expect(notification.failingChannels).toEqual([]);
  });

  it('fails as it was tried last, whatever is reported later', async () => {
    const failOnce = async () => {
      services.email.failure = outage;
      await announce(notification);
      await attempt();
      const failing = notification.failingChannels;
      services.email.failure = undefined;
      services.clock.advance(MINUTE / 4);
      await attempt();
      return [failing, notification.failingChannels];
    };
    expect(await failOnce()).toEqual([['email'], []]);
    expect(await failOnce()).toEqual([['email'], []]);

    services.clock.advance(MINUTE);
    await attempt();
    expect(notification.failingChannels).toEqual([]);
    services.email.failure = new ProviderError('Vendor answered 400.');
    await announce(notification);
    await attempt();
    expect(notification.failingChannels).toEqual([]);
  });

  it('is not said to fail, or to work again, for a recipient that was refused', async () => {
    services.email.failure = new ProviderError('Vendor answered 400.');
    await announce(notification);
    await attempt();
    services.email.failure = undefined;
    await announce(notification);
    await attempt();

    expect(reports).toMatchObject([{ state: 'refused', failures: 1 }]);
  });

  it('tells neither recipient nor content', async () => {
    services.sms.failure = outage;
    await sendOtp(notification, '271828');
    await attempt();

    expect(JSON.stringify(reports)).not.toMatch(/9999999999|271828/);
  });
});

describe('failing messages', () => {
  it('are listed by pages, newest first: what failed and will be tried again', async () => {
    services.email.failure = outage;
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.unshift((await announce(notification)).deliveryId);
    }
    await attempt();
    await announce(notification);
    await sendOtp(notification);

    const first = await notification.listFailingDeliveries({ limit: 2 }, context);
    const second = await notification.listFailingDeliveries(
      { limit: 2, cursor: first.nextCursor! },
      context,
    );

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect(first.items[0]).toEqual({
      id: ids[0],
      accountId: expect.any(String) as string,
      channel: 'email',
      topic: 'announcement',
      attempts: 1,
      lastError: 'Vendor answered 503.',
      createdAt: expect.any(Date) as Date,
      nextAttemptAt: expect.any(Date) as Date,
      expiresAt: expect.any(Date) as Date,
    });
  });

  it('need a cursor that a page gave', async () => {
    await expect(
      notification.listFailingDeliveries({ cursor: 'x' }, context),
    ).rejects.toMatchObject({ code: 'NOTIFICATION_ERR_02' });
  });
});
