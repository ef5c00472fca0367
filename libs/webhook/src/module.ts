import { defineModule } from '@org/core';

import type { WebhookSettings } from './types.ts';

/** What webhooks own. */
export const webhookModule = defineModule({
  name: 'webhook',
  collections: {
    webhook_endpoints: { holds: 'URLs of other systems, and which events they get' },
    webhook_deliveries: {
      holds: 'events to be sent to endpoints, and what became of them',
      personalData: { exported: true, end: 'erased' },
    },
  },
  settings: {
    allowsPrivateAddresses: true,
    maximumEndpoints: true,
    sendTimeLimitMilliseconds: true,
    deliveryConcurrency: true,
    endpointConcurrency: true,
    retryBaseDelayMilliseconds: true,
    retryMaximumDelayMilliseconds: true,
    lifeMilliseconds: true,
    failingLimitMilliseconds: true,
    logRetentionMilliseconds: true,
    leaseMilliseconds: true,
    pollIntervalMilliseconds: true,
    stopGraceMilliseconds: true,
    userAgent: true,
  } satisfies Record<keyof WebhookSettings, true>,
  permissions: ['webhooks.manage', 'webhooks.read'],
});
