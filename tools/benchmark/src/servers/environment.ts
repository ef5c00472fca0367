import type { Messengers } from '../messages/messengers.ts';
import { LOOPBACK } from './http-client.ts';

/** Which part of the work a process of the program does. */
export type Role = 'api' | 'all';

export interface EnvironmentOptions {
  readonly port: number;
  readonly mongodbUri: string;
  readonly secretKey: string;
  readonly role: Role;
  readonly messengers: Messengers;
  /** Default: that of the messengers which answers. */
  readonly smtpUrl?: string | undefined;
}

/** What a server is told, in production and with nothing in it throttled. */
export function makeEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { port, mongodbUri, secretKey, role, messengers, smtpUrl } = options;
  return {
    NODE_ENV: 'production',
    ROLE: role,
    HOST: LOOPBACK,
    PORT: String(port),
    MONGODB_URI: mongodbUri,
    SECRET_KEY: secretKey,
    // Longer than a run.
    ACCESS_TOKEN_TTL: '1h',
    RATE_LIMITS: 'off',
    WEB_APP_URL: 'https://app.example.com',
    EMAIL_PROVIDER: 'smtp',
    EMAIL_FROM: 'Benchmark <no-reply@example.com>',
    SMTP_URL: smtpUrl ?? messengers.mail.url,
    SMS_PROVIDER: 'webhook',
    SMS_WEBHOOK_URL: messengers.sms.url,
  };
}
