import { systemClock, type Clock } from '@org/core';

import type {
  EmailProvider,
  EmailProviderSettings,
  ProviderSettings,
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
/** Of a timer: a longer one would be over at once. */
const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * Creates the e-mail provider selected by the settings. Does not connect before the first message.
 *
 * @throws RangeError if the sender is not an e-mail address, or the address or the time limit is refused
 * @example
 * createEmailProvider({ kind: 'smtp', url, from: 'Example <no-reply@example.org>' });
 */
export function createEmailProvider(
  settings: EmailProviderSettings,
  clock: Clock = systemClock,
): EmailProvider {
  const timeoutMilliseconds = timeoutOf(settings);
  const provider =
    settings.kind === 'smtp'
      ? new SmtpEmailProvider(settings, timeoutMilliseconds)
      : new SendGridEmailProvider(settings, clock);
  return limitTime(provider, timeoutMilliseconds);
}

/**
 * Creates the SMS provider selected by the settings. Does not connect before the first message.
 *
 * @throws RangeError if the vendor's address or the time limit is refused
 */
export function createSmsProvider(
  settings: SmsProviderSettings,
  clock: Clock = systemClock,
): SmsProvider {
  const timeoutMilliseconds = timeoutOf(settings);
  const provider =
    settings.kind === 'twilio'
      ? new TwilioSmsProvider(settings, clock)
      : new WebhookSmsProvider(settings, clock);
  return limitTime(provider, timeoutMilliseconds);
}

/** @throws RangeError if the VAPID keys, the subject or the time limit are invalid */
export function createPushProvider(
  settings: WebPushSettings,
  clock: Clock = systemClock,
): PushProvider {
  const timeoutMilliseconds = timeoutOf(settings);
  return limitTime(new WebPushProvider(settings, clock), timeoutMilliseconds);
}

function timeoutOf({ timeoutMilliseconds = TIMEOUT_MILLISECONDS }: ProviderSettings): number {
  const isWhole = Number.isSafeInteger(timeoutMilliseconds);
  if (!isWhole || timeoutMilliseconds < 1 || timeoutMilliseconds > LONGEST_WAIT) {
    throw new RangeError(`timeoutMilliseconds must be a whole number from 1 to ${LONGEST_WAIT}.`);
  }
  return timeoutMilliseconds;
}
