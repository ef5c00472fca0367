import { setting } from '@org/core';

import { isSender, isSmtpUrl, url } from './address-formats.ts';
import { isHttpUrl } from './http-urls.ts';

const { flag, text, word } = setting;

/** Sent in a header. */
const credential = {
  accepts: (value: string) => /^[\x21-\x7e]+$/.test(value),
  expected: 'letters, digits and signs of ASCII, without blanks',
};

/** How messages leave the program. */
export const deliverySettings = {
  EMAIL_PROVIDER: word(['outbox', 'smtp', 'sendgrid'], {
    description:
      'What sends e-mail; unset, the outbox shown at /dev/outbox; required in production, where the outbox is refused',
  }),
  EMAIL_FROM: text(
    { description: 'Sender of e-mail, such as `Org <no-reply@example.com>`' },
    { accepts: isSender, expected: 'an e-mail address, or a name and <an e-mail address>' },
  ),
  SMTP_URL: text(
    { isSecret: true, description: 'Server and credentials for `smtp`' },
    {
      accepts: isSmtpUrl,
      expected:
        'a URL that begins with smtp:// or smtps:// and has a host, and both user and password or neither, with special characters as %XX',
    },
  ),
  SENDGRID_API_KEY: text({ isSecret: true, description: 'Key for `sendgrid`' }, credential),
  SENDGRID_BASE_URL: text(
    { isSecret: true, description: "Where SendGrid's API is; unset, SendGrid itself" },
    url,
  ),
  SMS_PROVIDER: word(['outbox', 'webhook', 'twilio'], {
    description:
      'What sends text messages; unset, the outbox in development and nothing in production',
  }),
  SMS_WEBHOOK_URL: text(
    { isSecret: true, description: 'Where `webhook` posts `{to, body}`' },
    {
      accepts: isHttpUrl,
      expected:
        'a URL that begins with http:// or https://, without user and password, on a port that fetch allows, with special characters as %XX',
    },
  ),
  TWILIO_ACCOUNT_SID: text({ description: 'Account for `twilio`' }, credential),
  TWILIO_AUTH_TOKEN: text({ isSecret: true, description: 'Its token' }, credential),
  TWILIO_MESSAGING_SERVICE_SID: text({ description: 'Its messaging service' }, credential),
  TWILIO_BASE_URL: text(
    { isSecret: true, description: "Where Twilio's API is; unset, Twilio itself" },
    url,
  ),
  VAPID_PUBLIC_KEY: text({ description: 'Public key for Web Push; unset, push is off' }),
  VAPID_PRIVATE_KEY: text({ isSecret: true, description: 'Its private key' }),
  VAPID_SUBJECT: text(
    { description: 'Contact for push services, a mailto: or https: address' },
    {
      accepts: (value) => /^(mailto:|https:\/\/)\S+$/.test(value) && URL.canParse(value),
      expected: 'an address that begins with mailto: or https://',
    },
  ),
  WEBHOOK_ALLOW_PRIVATE_ADDRESSES: flag({
    byDefault: 'off',
    description: 'Whether webhooks may go to private addresses, and without TLS',
  }),
};
