import type { NotificationSettings } from '../types.ts';

const SECOND = 1_000;
const DAY = 24 * 60 * 60 * SECOND;

const DEFAULTS: Required<NotificationSettings> = {
  deliveryConcurrency: 10,
  reservedConcurrency: 2,
  leaseMilliseconds: 30 * SECOND,
  sendTimeLimitMilliseconds: 15 * SECOND,
  stopGraceMilliseconds: 5 * SECOND,
  pollIntervalMilliseconds: SECOND,
  maximumAttempts: 15,
  retryBaseDelayMilliseconds: 2 * SECOND,
  retryMaximumDelayMilliseconds: 60 * 60 * SECOND,
  finishedRetentionMilliseconds: 30 * DAY,
  deadRetentionMilliseconds: 90 * DAY,
  maximumPushSubscriptionsPerAccount: 10,
  allowPrivatePushEndpoints: false,
};

/** @throws RangeError if settings contradict each other */
export function completeSettings(given: NotificationSettings): Required<NotificationSettings> {
  const settings = { ...DEFAULTS, ...given };
  if (settings.reservedConcurrency >= settings.deliveryConcurrency) {
    throw new RangeError('reservedConcurrency must be below deliveryConcurrency.');
  }
  if (settings.sendTimeLimitMilliseconds >= settings.leaseMilliseconds) {
    // Otherwise another worker would take over a message that is still being sent.
    throw new RangeError('sendTimeLimitMilliseconds must be below leaseMilliseconds.');
  }
  return settings;
}
