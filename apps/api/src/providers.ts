import type { AuditTrail, Clock } from '@org/core';
import type { Database } from '@org/core/store';
import {
  createEmailProvider,
  createPushProvider,
  createSmsProvider,
  DevelopmentOutboxService,
  type MessageProviders,
  type SmsProvider,
} from '@org/notification';

import type { Config } from './config.ts';
import { messages } from './messages.ts';

export interface ProviderDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly clock: Clock;
}

export interface ProvidersOptions extends ProviderDependencies {
  readonly config: Pick<Config, 'email' | 'sms' | 'push'>;
  readonly report: (line: string) => void;
}

export interface Providers {
  readonly providers: MessageProviders;
  /** Undefined unless messages stay in the development outbox. */
  readonly outbox: DevelopmentOutboxService | undefined;
}

/** Creates each channel's provider from the settings. */
export function createProviders(options: ProvidersOptions): Providers {
  const { config, database, audit, clock, report } = options;
  const { email, sms, push } = config;
  const usesOutbox = email.kind === 'outbox' || sms.kind === 'outbox';
  const outbox = usesOutbox
    ? DevelopmentOutboxService.create({ ...messages, database, audit, report })
    : undefined;
  const channels = {
    email: email.kind === 'outbox' ? outbox?.providers.email : createEmailProvider(email, clock),
    sms: createSms(sms, clock) ?? (sms.kind === 'outbox' ? outbox?.providers.sms : undefined),
    push: push === undefined ? undefined : createPushProvider(push, clock),
  };
  const given = Object.entries(channels).filter(([, provider]) => provider !== undefined);
  return { providers: Object.fromEntries(given), outbox };
}

function createSms(sms: Config['sms'], clock: Clock): SmsProvider | undefined {
  return sms.kind === 'outbox' || sms.kind === 'none' ? undefined : createSmsProvider(sms, clock);
}
