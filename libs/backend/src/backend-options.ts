import type { AccountFieldDefinitions, AccountServiceDependencies, NoFields } from '@org/account';
import type { Account, AccountSettings } from '@org/account';
import type { AuditSettings } from '@org/audit';
import type { AccessTokenClaims, AuthenticationSettings } from '@org/authentication';
import type { Clock, SecretKey } from '@org/core';
import type { Database } from '@org/core/store';
import type {
  EmailProvider,
  EmailProviderSettings,
  MessageDefinitions,
  PushProvider,
  SmsProvider,
  SmsProviderSettings,
  WebPushSettings,
} from '@org/notification';
import type { WebhookSettings } from '@org/webhook';

import type { ComposeDomains } from './domain.ts';
import type { BackendLogger } from './logger.ts';

/** Messages of a channel are not sent, but shown at `/dev/outbox`; for development. */
export interface OutboxSettings {
  readonly kind: 'outbox';
}

/** A root secret in base64, or as bytes: at least 32 random bytes, such as `openssl rand -base64 32` prints. */
export type SecretKeyText = string | Uint8Array;

/** A key that is being changed: what the previous and the next one encrypt is read as well. */
export interface ChangingSecretKey {
  readonly current: SecretKeyText;
  readonly previous?: SecretKeyText | undefined;
  readonly next?: SecretKeyText | undefined;
}

/** Everything but where it is stored. */
export interface CommonOptions<Fields extends AccountFieldDefinitions = NoFields> {
  /** What everything secret in the database is encrypted and hashed with. */
  readonly secretKey: SecretKeyText | ChangingSecretKey;
  /** The address of the web app that mails link to. Default: `http://localhost:3000`. */
  readonly webAppUrl?: string;
  /**
   * The public https address of the API: with it, mails about marketing topics can be unsubscribed
   * from with one click. Default: they carry no link.
   */
  readonly apiUrl?: string | undefined;
  /**
   * How messages are sent: settings of a built-in provider, or a provider of one's own. If no channel
   * has any, messages are stored, and sent by another process; else a channel without one is off.
   */
  readonly email?: OutboxSettings | EmailProviderSettings | EmailProvider | undefined;
  readonly sms?: OutboxSettings | SmsProviderSettings | SmsProvider | undefined;
  readonly push?: WebPushSettings | PushProvider | undefined;
  /** Tells of each message that goes to the development outbox. Default: nobody is told. */
  readonly onOutboxMessage?: (line: string) => void;
  /** Topics of one's own, and how messages look. Default: the built-in ones. */
  readonly messages?: MessageDefinitions;
  /** Fields of one's own on each account; see `defineAccountFields`. Default: none. */
  readonly fields?: Fields;
  /** Who may sign up, with which names, and whose password hashes are verified. Default: as in `@org/account`. */
  readonly accountPolicies?: Pick<
    AccountServiceDependencies<Fields>,
    'passwordVerifiers' | 'signUpPolicy' | 'usernamePolicy'
  >;
  /** What access tokens say about accounts; see `defineAccessTokenClaims`. Default: nothing more. */
  readonly claims?: AccessTokenClaims<Account<Fields>>;
  /** Domains of one's own, built on the others. Default: none. */
  readonly domains?: ComposeDomains<Fields>;
  readonly settings?: BackendSettings;
  /** pino, console, or anything else with its methods. Default: nothing is logged. */
  readonly logger?: BackendLogger;
  /** Default: the database's clock. */
  readonly clock?: Clock;
}

/** Settings of the modules; times in milliseconds. Default: those of each module. */
export interface BackendSettings {
  readonly account?: Omit<AccountSettings, 'webAppUrl'>;
  readonly audit?: AuditSettings;
  readonly authentication?: Omit<AuthenticationSettings, 'webAppUrl'>;
  readonly webhook?: WebhookSettings;
  /** Whether attempts are limited, by account and by source. Default: true; false is for load tests. */
  readonly hasRateLimits?: boolean;
  readonly http?: HttpSettings;
}

export interface HttpSettings {
  /** Origins, such as `https://app.example.com`, whose pages may call the API. Default: none. */
  readonly allowedOrigins?: readonly string[];
  /** What browsers clear when a session ends, such as `cookies`. Default: nothing but their cache. */
  readonly clearSiteData?: readonly string[];
  /** Names, besides `localhost`, under which `/dev/outbox` may be opened on this machine. Default: none. */
  readonly outboxHosts?: readonly string[];
  /** Whether operators' routes are served, below `/api/admin`. Default: false. */
  readonly hasAdminApi?: boolean;
  /**
   * Addresses or networks of proxies whose `x-forwarded-for` counts in `backend.handler`; a Fastify app
   * has its own `trustProxy`. Default: none.
   */
  readonly trustedProxies?: readonly string[];
}

/** The same, with the API's own origin if it is known. */
export interface RestApiSettings extends HttpSettings {
  readonly ownOrigin?: string | undefined;
}

export interface ComposeOptions<
  Fields extends AccountFieldDefinitions = NoFields,
> extends CommonOptions<Fields> {
  /** Neither opened nor closed here. */
  readonly database: Database;
}

export interface BackendOptions<
  Fields extends AccountFieldDefinitions = NoFields,
> extends CommonOptions<Fields> {
  /** Connection string of a replica set or a sharded cluster. */
  readonly mongodbUri: string;
  /** Default: the database in the connection string, else `org`. */
  readonly databaseName?: string;
}

/** The options with their defaults. */
export interface CompleteOptions<Fields extends AccountFieldDefinitions = NoFields> extends Omit<
  ComposeOptions<Fields>,
  'secretKey'
> {
  readonly secretKey: SecretKey;
  readonly fields: Fields;
  readonly clock: Clock;
  readonly logger: BackendLogger;
}

/** What messages and work need, whatever fields accounts have. */
export type FoundationOptions = Pick<
  CompleteOptions,
  | 'apiUrl'
  | 'clock'
  | 'database'
  | 'email'
  | 'logger'
  | 'messages'
  | 'onOutboxMessage'
  | 'push'
  | 'secretKey'
  | 'settings'
  | 'sms'
>;
