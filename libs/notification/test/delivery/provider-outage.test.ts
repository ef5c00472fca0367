import { ProviderError } from '@org/notification';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { announce, context, createServices, type TestServices } from '../services.ts';

const MESSAGES = 40;
const REFUSED = 7;
const FEW = 10;

let services: TestServices;

beforeAll(async () => {
  services = await createServices({
    providers: {
      email: {
        send: async (message, options) => {
          if (message.to.startsWith('refused')) {
            throw new ProviderError('Vendor answered 400.');
          }
          return services.email.send(message, options);
        },
      },
    },
  });
});
afterAll(async () => {
  await services.throwaway.remove();
});

it('an outage leaves no dead letters but those of refused messages, and the backlog drains', async () => {
  services.email.failure = new ProviderError('Vendor cannot be reached.', { retryable: true });
  for (let index = 0; index < MESSAGES; index += 1) {
    const who = index < REFUSED ? 'refused' : 'reader';
    await announce(services.notification, 'News', `${who}${index}@example.org`);
  }
  // Ten minutes without the vendor.
  for (let second = 0; second < 600; second += 30) {
    await services.notification.deliverDueMessages();
    services.clock.advance(30_000);
  }
  expect(services.email.sent).toEqual([]);

  services.email.failure = undefined;
  services.clock.advance(3_600_000);
  await services.notification.deliverDueMessages();

  expect(services.email.sent).toHaveLength(MESSAGES - REFUSED);
  const { items: dead } = await services.notification.listDeadDeliveries({}, context);
  expect(dead).toHaveLength(REFUSED);
  expect(dead.every(({ attempts }) => attempts === 1)).toBe(true);
  expect(await services.notification.getDeliveryStatistics(context)).toMatchObject({
    queued: 0,
  });
});

it('a message whose life is longer than the outage is sent after it', async () => {
  await services.reset();
  const { notification, clock, email, throwaway } = services;
  const deliveries = throwaway.database.collection('notification_deliveries');
  const minutesFromNow = (minutes: number) => new Date(clock.now().getTime() + minutes * 60_000);
  const [vendorIsBackAt, expiresAt] = [minutesFromNow(20), minutesFromNow(30)];
  email.failure = new ProviderError('Vendor cannot be reached.', { retryable: true });
  for (let index = 0; index < FEW; index += 1) {
    const message = { topic: 'password-changed', data: {}, expiresAt } as const;
    await notification.sendEmailForAccount(
      { ...message, accountId: String(index), emailAddress: `ada${index}@example.org` },
      context,
    );
  }

  // Each time when the next one is due.
  for (;;) {
    const [next] = await deliveries
      .find({ status: 'queued' })
      .sort({ next_attempt_at: 1 })
      .limit(1)
      .toArray();
    if (next === undefined) {
      break;
    }
    const dueAt = next['next_attempt_at'] as Date;
    clock.advance(Math.max(0, dueAt.getTime() - clock.now().getTime()));
    if (clock.now() >= vendorIsBackAt) {
      email.failure = undefined;
    }
    await notification.deliverDueMessages();
  }

  expect(email.sent).toHaveLength(FEW);
});
