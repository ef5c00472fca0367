import { randomBytes } from 'node:crypto';

import { LOOPBACK } from './loopback.ts';
import type { Sink } from './sinks/sink.ts';

/** For the program's SECRET_KEY. */
export function makeSecretKey(): string {
  return randomBytes(32).toString('base64');
}

/** The connection string of a database on a server. */
export function databaseUri(serverUri: string, name: string): string {
  const uri = new URL(serverUri);
  uri.pathname = `/${name}`;
  return uri.href;
}

export interface ProductionOptions {
  readonly mongodbUri: string;
  readonly secretKey: string;
  readonly port: number;
  /** Stand-ins for the providers of messages. */
  readonly sinks: readonly Sink[];
}

/** Settings of the program as in production, with nothing in it throttled. */
export function productionSettings(options: ProductionOptions): Readonly<Record<string, string>> {
  return {
    NODE_ENV: 'production',
    HOST: LOOPBACK,
    PORT: String(options.port),
    MONGODB_URI: options.mongodbUri,
    SECRET_KEY: options.secretKey,
    WEB_APP_URL: 'https://app.example.com',
    ...Object.fromEntries(options.sinks.flatMap(({ settings }) => Object.entries(settings))),
    RATE_LIMITS: 'off',
    // Longer than a fault or a measuring.
    ACCESS_TOKEN_TTL: '2h',
  };
}
