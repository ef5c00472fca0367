import type { WebhookSettings } from '../types.ts';

const SECOND = 1_000;
const HOUR = 60 * 60 * SECOND;
const DAY = 24 * HOUR;

const DEFAULTS: Required<WebhookSettings> = {
  allowsPrivateAddresses: false,
  maximumEndpoints: 200,
  sendTimeLimitMilliseconds: 15 * SECOND,
  deliveryConcurrency: 400,
  endpointConcurrency: 4,
  retryBaseDelayMilliseconds: 10 * SECOND,
  retryMaximumDelayMilliseconds: 8 * HOUR,
  lifeMilliseconds: 3 * DAY,
  failingLimitMilliseconds: 5 * DAY,
  logRetentionMilliseconds: 30 * DAY,
  leaseMilliseconds: 30 * SECOND,
  pollIntervalMilliseconds: SECOND,
  stopGraceMilliseconds: 5 * SECOND,
  userAgent: 'org-webhook',
};

/** @throws RangeError if settings contradict each other */
export function completeSettings(given: WebhookSettings): Required<WebhookSettings> {
  const settings = { ...DEFAULTS, ...given } as Required<WebhookSettings>;
  if (settings.sendTimeLimitMilliseconds >= settings.leaseMilliseconds) {
    // Otherwise another worker would take over a delivery that is still being sent.
    throw new RangeError('sendTimeLimitMilliseconds must be below leaseMilliseconds.');
  }
  if (settings.deliveryConcurrency <= settings.maximumEndpoints) {
    // Otherwise endpoints that hang could hold every slot.
    throw new RangeError('deliveryConcurrency must be above maximumEndpoints.');
  }
  return settings;
}
