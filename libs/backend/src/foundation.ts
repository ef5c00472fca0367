import { AuditService } from '@org/audit';
import { ThrottleService } from '@org/authentication';
import { joinUrl } from '@org/core';
import { Events } from '@org/events';
import { JobService } from '@org/jobs';
import { NotificationService, type DevelopmentOutboxService } from '@org/notification';

import type { FoundationOptions } from './backend-options.ts';
import { logDelivery } from './delivery-log.ts';
import { createListenerLog } from './listener-log.ts';
import { createProviders } from './providers.ts';

/** What accounts and the other domains are built on. */
export interface Foundation {
  readonly audit: AuditService;
  readonly events: Events;
  readonly jobs: JobService;
  readonly notification: NotificationService;
  readonly throttle: ThrottleService;
  /** Undefined unless a channel's messages stay in the development outbox. */
  readonly outbox: DevelopmentOutboxService | undefined;
}

export function composeFoundation(options: FoundationOptions): Foundation {
  const { database, secretKey, clock, logger, settings = {} } = options;
  const audit = AuditService.create({ database, clock, settings: settings.audit ?? {} });
  const shared = { database, audit, clock };
  const events = Events.create({ ...shared, onError: createListenerLog(logger) });
  const jobs = JobService.create({
    ...shared,
    onError: (error, attempt) => logger.error({ err: error, ...attempt }, 'a job failed'),
  });
  const throttle = ThrottleService.create({
    ...shared,
    secretKey,
    enabled: settings.hasRateLimits ?? true,
  });
  const { providers, outbox } = createProviders(options, audit);
  const notification = NotificationService.create({
    ...options.messages,
    ...shared,
    secretKey,
    ...(providers === undefined ? {} : { providers }),
    noticeBudget: throttle,
    unsubscribeUrl: unsubscribeUrlOf(options),
    events,
    onDeliveryError: (error) => logger.error({ err: error }, 'delivering messages failed'),
    onDeliveryReport: (report) => logDelivery(logger, report),
  });
  return { audit, events, jobs, notification, throttle, outbox };
}

/** `undefined` unless the API's own address is known. */
function unsubscribeUrlOf({ apiUrl }: FoundationOptions): string | undefined {
  return apiUrl && joinUrl(apiUrl, '/api/unsubscribe');
}
