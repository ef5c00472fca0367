import { ProviderError } from '@org/notification';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { announce, context, createServices, type TestServices } from '../services.ts';

const MESSAGES = 40;
const REFUSED = 7;

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
