import type {
  EmailProviderSettings,
  SmsProviderSettings,
  WebPushSettings,
} from '@org/notification';

import { isPushConfig } from './address-formats.ts';
import type { Settings } from './settings.ts';

export type EmailConfig = { readonly kind: 'outbox' } | EmailProviderSettings;
export type SmsConfig =
  { readonly kind: 'outbox' } | { readonly kind: 'none' } | SmsProviderSettings;

/** Settings that the chosen provider requires. */
type TextSetting =
  | 'EMAIL_FROM'
  | 'SMTP_URL'
  | 'SENDGRID_API_KEY'
  | 'SMS_WEBHOOK_URL'
  | `TWILIO_${'ACCOUNT_SID' | 'AUTH_TOKEN' | 'MESSAGING_SERVICE_SID'}`
  | `VAPID_${'PUBLIC_KEY' | 'PRIVATE_KEY' | 'SUBJECT'}`;

export function toEmailConfig(settings: Settings, problems: string[]): EmailConfig {
  const provider = settings.EMAIL_PROVIDER;
  if (settings.NODE_ENV === 'production' && (provider === undefined || provider === 'outbox')) {
    problems.push('EMAIL_PROVIDER is required in production: smtp or sendgrid');
  }
  if (provider === undefined || provider === 'outbox') {
    return { kind: 'outbox' };
  }
  const from = required(settings, 'EMAIL_FROM', `EMAIL_PROVIDER=${provider}`, problems);
  if (provider === 'smtp') {
    const url = required(settings, 'SMTP_URL', 'EMAIL_PROVIDER=smtp', problems);
    return { kind: provider, from, url };
  }
  const apiKey = required(settings, 'SENDGRID_API_KEY', 'EMAIL_PROVIDER=sendgrid', problems);
  const { SENDGRID_BASE_URL: baseUrl } = settings;
  return { kind: provider, from, apiKey, ...(baseUrl !== undefined && { baseUrl }) };
}

export function toSmsConfig(settings: Settings, problems: string[]): SmsConfig {
  const isProduction = settings.NODE_ENV === 'production';
  const provider = settings.SMS_PROVIDER ?? (isProduction ? 'none' : 'outbox');
  const needed = (name: TextSetting): string =>
    required(settings, name, `SMS_PROVIDER=${provider}`, problems);
  if (provider === 'webhook') {
    return { kind: provider, url: needed('SMS_WEBHOOK_URL') };
  }
  if (provider === 'twilio') {
    const { TWILIO_BASE_URL: baseUrl } = settings;
    return {
      kind: provider,
      accountSid: needed('TWILIO_ACCOUNT_SID'),
      authToken: needed('TWILIO_AUTH_TOKEN'),
      messagingServiceSid: needed('TWILIO_MESSAGING_SERVICE_SID'),
      ...(baseUrl !== undefined && { baseUrl }),
    };
  }
  if (provider === 'outbox' && isProduction) {
    problems.push('SMS_PROVIDER must be webhook or twilio in production, or unset for none');
  }
  return { kind: provider };
}

/** Undefined: push is off. */
export function toPushConfig(settings: Settings, problems: string[]): WebPushSettings | undefined {
  const names = ['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY', 'VAPID_SUBJECT'] as const;
  const given = names.filter((name) => settings[name] !== undefined);
  if (given.length === 0) {
    return undefined;
  }
  const [publicKey, privateKey, subject] = names.map((name) =>
    required(settings, name, given.join(' and '), problems),
  ) as [string, string, string];
  const push = { publicKey, privateKey, subject };
  if (given.length === names.length && !isPushConfig(push)) {
    problems.push(
      'VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY must be a pair of keys in base64url; make one with: npx web-push generate-vapid-keys',
    );
  }
  return push;
}

function required(
  settings: Settings,
  name: TextSetting,
  because: string,
  problems: string[],
): string {
  const value = settings[name];
  if (value === undefined) {
    problems.push(`${name} is required with ${because}`);
  }
  return value ?? '';
}
