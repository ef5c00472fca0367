import type { AuditTrail, Clock } from '@org/core';
import {
  createEmailProvider,
  createPushProvider,
  createSmsProvider,
  DevelopmentOutboxService,
  type MessageProviders,
} from '@org/notification';

import type { CommonOptions, FoundationOptions, OutboxSettings } from './backend-options.ts';

export interface Providers {
  /** Undefined: another process sends. */
  readonly providers: MessageProviders | undefined;
  /** Undefined unless messages stay in the development outbox. */
  readonly outbox: DevelopmentOutboxService | undefined;
}

/** Creates each channel's provider, unless it is given. */
export function createProviders(options: FoundationOptions, audit: AuditTrail): Providers {
  const { email, sms, push, database, clock, messages, onOutboxMessage } = options;
  if (email === undefined && sms === undefined && push === undefined) {
    return { providers: undefined, outbox: undefined };
  }
  const report = onOutboxMessage ?? (() => undefined);
  const outbox = [email, sms].some(isOutbox)
    ? DevelopmentOutboxService.create({ ...messages, database, audit, report })
    : undefined;
  const channels = {
    email: isOutbox(email) ? outbox?.providers.email : emailProvider(email, clock),
    sms: isOutbox(sms) ? outbox?.providers.sms : smsProvider(sms, clock),
    push: pushProvider(push, clock),
  };
  const given = Object.entries(channels).filter(([, provider]) => provider !== undefined);
  return { providers: Object.fromEntries(given), outbox };
}

function isOutbox(channel: object | undefined): channel is OutboxSettings {
  return channel !== undefined && 'kind' in channel && channel.kind === 'outbox';
}

function emailProvider(
  email: Exclude<CommonOptions['email'], OutboxSettings>,
  clock: Clock,
): MessageProviders['email'] {
  return email === undefined || 'send' in email ? email : createEmailProvider(email, clock);
}

function smsProvider(
  sms: Exclude<CommonOptions['sms'], OutboxSettings>,
  clock: Clock,
): MessageProviders['sms'] {
  return sms === undefined || 'send' in sms ? sms : createSmsProvider(sms, clock);
}

function pushProvider(push: CommonOptions['push'], clock: Clock): MessageProviders['push'] {
  return push === undefined || 'send' in push ? push : createPushProvider(push, clock);
}
