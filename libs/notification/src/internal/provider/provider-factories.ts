import { systemClock, type Clock } from '@org/core';

import type {
  EmailProvider,
  EmailProviderSettings,
  PushProvider,
  SmsProvider,
  SmsProviderSettings,
  WebPushSettings,
} from '../../message-provider.ts';
import { SendGridEmailProvider } from './send-grid-email-provider.ts';
import { SmtpEmailProvider } from './smtp-email-provider.ts';
import { limitTime } from './time-limit.ts';
import { TwilioSmsProvider } from './twilio-sms-provider.ts';
import { WebPushProvider } from './web-push-provider.ts';
import { WebhookSmsProvider } from './webhook-sms-provider.ts';

const TIMEOUT_MILLISECONDS = 10_000;

/**
 * Creates the e-mail provider selected by the settings. Does not connect before the first message.
 *
 * @throws RangeError if the sender is not an e-mail address
 * @example
 * createEmailProvider({ kind: 'smtp', url, from: 'Example <no-reply@example.org>' });
 */
export function createEmailProvider(
  settings: EmailProviderSettings,
  clock: Clock = systemClock,
): EmailProvider {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS } = settings;
  const provider =
    settings.kind === 'smtp'
      ? new SmtpEmailProvider(settings, timeoutMilliseconds)
      : new SendGridEmailProvider(settings, clock);
  return limitTime(provider, timeoutMilliseconds);
}

/** Creates the SMS provider selected by the settings. Does not connect before the first message. */
export function createSmsProvider(
  settings: SmsProviderSettings,
  clock: Clock = systemClock,
): SmsProvider {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS } = settings;
  const provider =
    settings.kind === 'twilio'
      ? new TwilioSmsProvider(settings, clock)
      : new WebhookSmsProvider(settings, clock);
  return limitTime(provider, timeoutMilliseconds);
}

/** @throws RangeError if the VAPID keys or the subject are invalid */
export function createPushProvider(
  settings: WebPushSettings,
  clock: Clock = systemClock,
): PushProvider {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS } = settings;
  return limitTime(new WebPushProvider(settings, clock), timeoutMilliseconds);
}
