import * as Type from 'typebox';

import { isSender, isSmtpUrl } from './address-parsers.ts';
import { isHttpUrl } from './http-url-parser.ts';
import { optionalSecret, optionalText, optionalUrl, word } from './setting-types.ts';

/** What travels in a header. */
const credential = {
  accepts: (text: string) => /^[\x21-\x7e]+$/.test(text),
  expected: 'letters, digits and signs of ASCII, without blanks',
};

/** How messages leave the program. */
export const deliverySettings = {
  EMAIL_PROVIDER: Type.Optional(
    word(
      ['outbox', 'smtp', 'sendgrid'],
      'What sends e-mail; unset, the outbox shown at /dev/outbox; required in production, where the outbox is refused',
    ),
  ),
  EMAIL_FROM: optionalText('Sender of e-mail, such as `Org <no-reply@example.com>`', {
    accepts: isSender,
    expected: 'an e-mail address, or a name and <an e-mail address>',
  }),
  SMTP_URL: optionalSecret('Server and credentials for `smtp`', {
    accepts: isSmtpUrl,
    expected:
      'a URL that begins with smtp:// or smtps:// and has a host, and both user and password or neither, with special characters as %XX',
  }),
  SENDGRID_API_KEY: optionalSecret('Key for `sendgrid`', credential),
  SENDGRID_BASE_URL: optionalUrl("Where SendGrid's API is; unset, SendGrid itself"),
  SMS_PROVIDER: Type.Optional(
    word(
      ['outbox', 'webhook', 'twilio'],
      'What sends text messages; unset, the outbox in development and nothing in production',
    ),
  ),
  SMS_WEBHOOK_URL: optionalSecret('Where `webhook` posts `{to, body}`', {
    accepts: isHttpUrl,
    expected:
      'a URL that begins with http:// or https://, without user and password, on a port that fetch allows, with special characters as %XX',
  }),
  TWILIO_ACCOUNT_SID: optionalText('Account for `twilio`', credential),
  TWILIO_AUTH_TOKEN: optionalSecret('Its token', credential),
  TWILIO_MESSAGING_SERVICE_SID: optionalText('Its messaging service', credential),
  TWILIO_BASE_URL: optionalUrl("Where Twilio's API is; unset, Twilio itself"),
  VAPID_PUBLIC_KEY: optionalText('Public key for Web Push; unset, push is off'),
  VAPID_PRIVATE_KEY: optionalSecret('Its private key'),
  VAPID_SUBJECT: optionalText('Contact for push services, a mailto: or https: address', {
    accepts: (text) => /^(mailto:|https:\/\/)\S+$/.test(text) && URL.canParse(text),
    expected: 'an address that begins with mailto: or https://',
  }),
};
