import { AuditService } from '@org/audit';
import { ThrottleService } from '@org/authentication';
import { SecretKey, type Clock } from '@org/core';
import type { Database } from '@org/core/store';
import { Events } from '@org/events';
import { JobService } from '@org/jobs';
import { NotificationService, type DevelopmentOutboxService } from '@org/notification';

import type { Config } from './config.ts';
import { logDelivery } from './delivery-log.ts';
import { createListenerLog } from './listener-log.ts';
import type { Logger } from './logging.ts';
import { messages } from './messages.ts';
import type { ProviderDependencies, Providers } from './providers.ts';
import { auditSettings } from './service-settings.ts';

export interface ModulesOptions {
  readonly config: Config;
  readonly database: Database;
  readonly secretKey: Uint8Array;
  readonly clock?: Clock;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** Default: messages are stored, and sent by a process that has providers. */
  readonly createProviders?: (dependencies: ProviderDependencies) => Providers;
}

/** What the domains are built on. */
export interface Foundation {
  readonly secretKey: SecretKey;
  readonly audit: AuditService;
  readonly events: Events;
  readonly jobs: JobService;
  readonly notification: NotificationService;
  readonly throttle: ThrottleService;
  readonly outbox: DevelopmentOutboxService | undefined;
}

export function composeFoundation(options: ModulesOptions & { readonly clock: Clock }): Foundation {
  const { config, database, logger, clock } = options;
  const { SECRET_KEY_PREVIOUS: previous, SECRET_KEY_NEXT: next } = config;
  const secretKey = SecretKey.create({ current: options.secretKey, previous, next });
  const audit = AuditService.create({ database, clock, settings: auditSettings(config) });
  const events = Events.create({
    database,
    audit,
    clock,
    onError: createListenerLog(logger),
  });
  const jobs = JobService.create({
    database,
    audit,
    clock,
    onError: (error, attempt) => logger?.error({ err: error, ...attempt }, 'a job failed'),
  });
  const throttle = ThrottleService.create({
    database,
    audit,
    secretKey,
    clock,
    enabled: config.RATE_LIMITS,
  });
  const { providers, outbox } = options.createProviders?.({ database, audit, clock }) ?? {};
  const notification = NotificationService.create({
    ...messages,
    database,
    audit,
    secretKey,
    clock,
    ...(providers === undefined ? {} : { providers }),
    noticeBudget: throttle,
    unsubscribeUrl: unsubscribeUrlOf(config),
    events,
    onDeliveryError: (error) => logger?.error({ err: error }, 'delivering messages failed'),
    ...(logger === undefined ? {} : { onDeliveryReport: (report) => logDelivery(logger, report) }),
  });
  return { secretKey, audit, events, jobs, notification, throttle, outbox };
}

/** `undefined` unless the API's own address is known. */
function unsubscribeUrlOf({ API_URL: apiUrl }: Config): string | undefined {
  return apiUrl && `${apiUrl.replace(/\/+$/, '')}/api/unsubscribe`;
}
