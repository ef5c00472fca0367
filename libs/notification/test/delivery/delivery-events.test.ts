import { RecordingAuditTrail } from '@org/core/testing';
import { Events } from '@org/events';
import { messageDelivered, messageFailed, ProviderError } from '@org/notification';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { accountId, announce, createServices, sendOtp, type TestServices } from '../services.ts';

let services: TestServices;
let events: Events;

beforeEach(async () => {
  services = await createServices({
    eventsOn: (database, clock) => {
      events = Events.create({ database, clock, audit: new RecordingAuditTrail() });
      return events;
    },
  });
  await events.initialize();
});
afterEach(() => services.throwaway.remove());

it('tells who listens what became of messages', async () => {
  const heard: object[] = [];
  events.on(messageDelivered, { name: 'test.delivered' }, async ({ payload }) => {
    heard.push(payload);
  });
  events.on(messageFailed, { name: 'test.failed' }, async ({ payload }) => {
    heard.push(payload);
  });
  const { deliveryId: sent } = await sendOtp(services.notification);
  services.email.failure = new ProviderError('Unknown mailbox.');
  const { deliveryId: refused } = await announce(services.notification);

  await services.notification.deliverDueMessages();
  await events.queue.drain();

  const [delivered, failed] = heard.toSorted((a, b) =>
    JSON.stringify(b).localeCompare(JSON.stringify(a)),
  );
  expect([delivered, failed]).toEqual(
    expect.arrayContaining([
      { deliveryId: sent, accountId, channel: 'sms', topic: 'one-time-password' },
      {
        deliveryId: refused,
        accountId,
        channel: 'email',
        topic: 'announcement',
        reason: 'Unknown mailbox.',
      },
    ]),
  );
});

it('ends a message without a transaction when nobody listens', async () => {
  await sendOtp(services.notification);
  services.commands.length = 0;
  await services.notification.deliverDueMessages();

  expect(services.commands.map(({ name }) => name)).not.toContain('commitTransaction');
});
