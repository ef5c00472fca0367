import { defineModule } from '@org/core';

import * as events from './events.ts';
import { topics } from './internal/topic/topics.ts';
import type { NotificationSettings } from './types.ts';

/** What notifications own. */
export const notificationModule = defineModule({
  name: 'notification',
  collections: {
    account_notification_preferences: {
      holds: 'which channels an account wants',
      personalData: { exported: true, end: 'erased' },
    },
    development_outbox: {
      holds: 'messages that a development program kept',
      personalData: { exported: false, end: 'erased' },
    },
    notice_windows: {
      holds: 'which notices are summed up',
      personalData: { exported: false, end: 'expires' },
    },
    notification_deliveries: {
      holds: 'messages to be sent, and what became of them',
      personalData: { exported: true, end: 'erased' },
    },
    push_subscriptions: {
      holds: 'browsers that receive push messages',
      personalData: { exported: true, end: 'erased' },
    },
  },
  publishes: Object.values(events),
  topics: Object.keys(topics),
  settings: {
    deliveryConcurrency: true,
    reservedConcurrency: true,
    leaseMilliseconds: true,
    sendTimeLimitMilliseconds: true,
    stopGraceMilliseconds: true,
    pollIntervalMilliseconds: true,
    maximumAttempts: true,
    retryBaseDelayMilliseconds: true,
    retryMaximumDelayMilliseconds: true,
    finishedRetentionMilliseconds: true,
    deadRetentionMilliseconds: true,
    maximumPushSubscriptionsPerAccount: true,
    allowPrivatePushEndpoints: true,
  } satisfies Record<keyof NotificationSettings, true>,
  permissions: ['deliveries.read', 'deliveries.replay'],
});
