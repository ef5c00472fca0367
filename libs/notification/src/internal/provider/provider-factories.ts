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
import { TwilioSmsProvider } from './twilio-sms-provider.ts';
import { WebPushProvider } from './web-push-provider.ts';
import { WebhookSmsProvider } from './webhook-sms-provider.ts';

/**
 * The e-mail provider that the settings name. It connects to nothing before the first message.
 *
 * @throws RangeError if the sender is not an e-mail address
 */
export function createEmailProvider(
  settings: EmailProviderSettings,
  clock: Clock = systemClock,
): EmailProvider {
  switch (settings.kind) {
    case 'smtp':
      return new SmtpEmailProvider(settings);
    case 'sendgrid':
      return new SendGridEmailProvider(settings, clock);
  }
}

/** The SMS provider that the settings name. It connects to nothing before the first message. */
export function createSmsProvider(
  settings: SmsProviderSettings,
  clock: Clock = systemClock,
): SmsProvider {
  switch (settings.kind) {
    case 'twilio':
      return new TwilioSmsProvider(settings, clock);
    case 'webhook':
      return new WebhookSmsProvider(settings, clock);
  }
}

/**
 * Web Push. It connects to nothing before the first message.
 *
 * @throws RangeError if the VAPID keys or the subject are invalid
 */
export function createPushProvider(
  settings: WebPushSettings,
  clock: Clock = systemClock,
): PushProvider {
  return new WebPushProvider(settings, clock);
}
