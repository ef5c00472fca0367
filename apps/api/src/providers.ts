import type { AuditTrail, Clock } from '@org/core';
import type { Database } from '@org/core/store';
import {
  createEmailProvider,
  createPushProvider,
  createSmsProvider,
  DevelopmentOutboxService,
  type EmailProvider,
  type MessageProviders,
  type SmsProvider,
} from '@org/notification';

import type { Config } from './config.ts';

export interface ProvidersOptions {
  readonly config: Pick<Config, 'email' | 'sms' | 'push'>;
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly clock: Clock;
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
  const usesOutbox = email.provider === 'outbox' || sms.provider === 'outbox';
  const outbox = usesOutbox
    ? DevelopmentOutboxService.create({ database, audit, report })
    : undefined;
  const channels = {
    email: createEmail(email, clock) ?? outbox?.providers.email,
    sms: createSms(sms, clock) ?? (sms.provider === 'outbox' ? outbox?.providers.sms : undefined),
    push: push === undefined ? undefined : createPushProvider(push, clock),
  };
  return { providers: withoutUndefined(channels), outbox };
}

function createEmail(email: Config['email'], clock: Clock): EmailProvider | undefined {
  switch (email.provider) {
    case 'outbox':
      return undefined;
    case 'smtp':
      return createEmailProvider({ kind: 'smtp', url: email.url, from: email.from }, clock);
    case 'sendgrid': {
      const { apiKey, from, baseUrl } = email;
      const address = baseUrl === undefined ? {} : { baseUrl };
      return createEmailProvider({ kind: 'sendgrid', apiKey, from, ...address }, clock);
    }
  }
}

function createSms(sms: Config['sms'], clock: Clock): SmsProvider | undefined {
  switch (sms.provider) {
    case 'outbox':
    case 'none':
      return undefined;
    case 'webhook':
      return createSmsProvider({ kind: 'webhook', url: sms.url }, clock);
    case 'twilio': {
      const { provider: kind, baseUrl, ...account } = sms;
      const address = baseUrl === undefined ? {} : { baseUrl };
      return createSmsProvider({ kind, ...account, ...address }, clock);
    }
  }
}

function withoutUndefined(channels: {
  readonly [Channel in keyof MessageProviders]: MessageProviders[Channel] | undefined;
}): MessageProviders {
  return Object.fromEntries(
    Object.entries(channels).filter(([, provider]) => provider !== undefined),
  );
}
