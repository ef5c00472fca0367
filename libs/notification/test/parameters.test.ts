import type { Erasure } from '@org/core';
import { findTakenParameters } from '@org/core/testing';
import { MailSubscriptionService, NotificationService } from '@org/notification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { accountId, context, createServices, phoneNumber, type TestServices } from './services.ts';

const erasure: Erasure = { signal: new AbortController().signal, forget: async () => {} };
const page = { limit: 1, cursor: '64b00000000000000000000a' };
const message = {
  accountId,
  topic: 'announcement',
  data: { title: 'News', text: 'Read all about it.' },
  distinctBy: 'of its own',
  isProved: true,
  expiresAt: new Date(),
  locale: 'de-AT',
  timeZone: 'Europe/Vienna',
  isWithheld: false,
} as const;
const keys = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};
let services: TestServices;

beforeAll(async () => {
  services = await createServices();
});
afterAll(async () => {
  await services.throwaway.remove();
});

describe(MailSubscriptionService, () => {
  it('takes no wrong parameters', async () => {
    const taken = await findTakenParameters(services.notification.mailSubscriptions, {
      code: /^NOTIFICATION_ERR_02$/,
      trusted: [context],
      notCalled: {},
      calls: {
        findMailSubscription: [{ token: 'token' }],
        endMailSubscription: [{ accountId, topic: 'announcement' }, context],
        renderUnsubscribePage: [{ kind: 'ask', locale: 'de' }],
      },
    });

    expect(taken).toEqual([]);
  });
});

describe(NotificationService, () => {
  it('takes no wrong parameters', async () => {
    const taken = await findTakenParameters(services.notification, {
      code: /^NOTIFICATION_ERR_02$/,
      trusted: [context, erasure],
      notCalled: {
        initialize: 'takes nothing',
        getDeliveryStatistics: 'takes nothing',
        startDelivery: 'starts a worker',
        stopDelivery: 'takes nothing',
        deliverDueMessages: 'takes nothing',
      },
      calls: {
        createOrUpdateAccountNotificationPreferences: [
          {
            accountId,
            emailEnabled: true,
            pushEnabled: true,
            smsEnabled: true,
            topics: { announcement: { email: true } },
          },
          context,
        ],
        getAccountNotificationPreferencesByAccountId: [{ accountId }, context],
        sendEmailForAccount: [{ ...message, emailAddress: 'ada@example.org' }, context],
        sendSmsForAccount: [{ ...message, phoneNumber }, context],
        sendPushForAccount: [message, context],
        createPushSubscription: [
          { accountId, endpoint: 'https://push.example.org/ada', keys },
          context,
        ],
        getPushSubscriptionsByAccountId: [{ accountId }, context],
        deletePushSubscription: [{ accountId, subscriptionId: page.cursor }, context],
        deletePushSubscriptionsByAccountId: [{ accountId }, context],
        dropQueuedDeliveriesByAccountId: [{ accountId }, context],
        exportNotificationDataByAccountId: [{ accountId }, context],
        deleteNotificationDataByAccountId: [{ accountId }, erasure, context],
        listDeliveriesByAccountId: [{ accountId, limit: 10 }, context],
        listDeadDeliveries: [page, context],
        listFailingDeliveries: [page, context],
        replayDeadDelivery: [{ deliveryId: page.cursor }, context],
      },
      taken: [
        /^list\w+\(0: \{/, // every field of it may be left out
        /\.data\.\w+: /, // the template judges
      ],
    });

    expect(taken).toEqual([]);
  });
});
