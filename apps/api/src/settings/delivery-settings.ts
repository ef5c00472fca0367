import * as Type from 'typebox';

import { optionalSecret, optionalText, optionalUrl, word } from './setting-types.ts';

/** How messages leave the program. */
export const deliverySettings = {
  EMAIL_PROVIDER: Type.Optional(
    word(
      ['outbox', 'smtp', 'sendgrid'],
      'What sends e-mail; unset, the outbox shown at /dev/outbox; required in production, where the outbox is refused',
    ),
  ),
  EMAIL_FROM: optionalText('Sender of e-mail, such as `Org <no-reply@example.com>`'),
  SMTP_URL: optionalSecret('Server and credentials for `smtp`', {
    pattern: '^smtps?://.+',
    expected: 'a URL that begins with smtp:// or smtps://',
  }),
  SENDGRID_API_KEY: optionalSecret('Key for `sendgrid`'),
  SENDGRID_BASE_URL: optionalUrl("Where SendGrid's API is; unset, SendGrid itself"),
  SMS_PROVIDER: Type.Optional(
    word(
      ['outbox', 'webhook', 'twilio'],
      'What sends text messages; unset, the outbox in development and nothing in production',
    ),
  ),
  SMS_WEBHOOK_URL: optionalUrl('Where `webhook` posts `{to, body}`'),
  TWILIO_ACCOUNT_SID: optionalText('Account for `twilio`'),
  TWILIO_AUTH_TOKEN: optionalSecret('Its token'),
  TWILIO_MESSAGING_SERVICE_SID: optionalText('Its messaging service'),
  TWILIO_BASE_URL: optionalUrl("Where Twilio's API is; unset, Twilio itself"),
  VAPID_PUBLIC_KEY: optionalText('Public key for Web Push; unset, push is off'),
  VAPID_PRIVATE_KEY: optionalSecret('Its private key'),
  VAPID_SUBJECT: optionalText('Contact for push services, a mailto: or https: address', {
    pattern: '^(mailto:|https://).+',
    expected: 'an address that begins with mailto: or https://',
  }),
};
