import type { PushSubscriptionKeys } from './types.ts';

export interface SendOptions {
  /**
   * Stays the same when a message is sent again because nobody knows whether the first time worked.
   * Where the vendor can tell duplicates by it, a provider passes it on.
   */
  readonly deliveryId: string;
  /** How long the vendor may hold the message back before it is no longer worth sending. */
  readonly timeToLiveSeconds: number;
  /** Sending gives up when it aborts. Whether the message went out is then unknown. */
  readonly signal: AbortSignal;
}

/** A vendor took a message. */
export interface SendReceipt {
  /** What the vendor calls the message, for its own logs. */
  readonly providerMessageId: string;
}

/**
 * Hands messages of one channel to a vendor. `runMessageProviderSuite` of
 * `@org/notification/testing` says what is expected of one.
 */
export interface MessageProvider<Message> {
  /**
   * Resolves once the vendor has taken the message.
   *
   * @throws ProviderError that says whether to try again; its message tells neither the recipient
   *   nor what was sent
   */
  send(message: Message, options: SendOptions): Promise<SendReceipt>;
}

export interface EmailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface SmsMessage {
  /** E.164, such as `+919999999999`. */
  readonly to: string;
  readonly text: string;
}

export interface PushMessage {
  readonly endpoint: string;
  readonly keys: PushSubscriptionKeys;
  readonly title: string;
  readonly body: string;
}

export type EmailProvider = MessageProvider<EmailMessage>;
export type SmsProvider = MessageProvider<SmsMessage>;
export type PushProvider = MessageProvider<PushMessage>;

/** A channel without a provider keeps its messages as dead letters. */
export interface MessageProviders {
  readonly email?: EmailProvider;
  readonly sms?: SmsProvider;
  readonly push?: PushProvider;
}

interface ProviderSettings {
  /** How long one message may take. Default: 10,000 ms. */
  readonly timeoutMilliseconds?: number;
}

export interface SmtpSettings extends ProviderSettings {
  readonly kind: 'smtp';
  /** Such as `smtps://user:password@smtp.example.org`; what nodemailer takes. */
  readonly url: string;
  /** Sender: `Example <no-reply@example.org>` or the address alone. */
  readonly from: string;
}

export interface SendGridSettings extends ProviderSettings {
  readonly kind: 'sendgrid';
  readonly apiKey: string;
  /** Sender: `Example <no-reply@example.org>` or the address alone. */
  readonly from: string;
  /** Default: `https://api.sendgrid.com`. */
  readonly baseUrl?: string;
}

export interface TwilioSettings extends ProviderSettings {
  readonly kind: 'twilio';
  readonly accountSid: string;
  readonly authToken: string;
  readonly messagingServiceSid: string;
  /** Default: `https://api.twilio.com`. */
  readonly baseUrl?: string;
}

/** Any program that takes `POST {to, body}` and answers 2xx. */
export interface WebhookSettings extends ProviderSettings {
  readonly kind: 'webhook';
  readonly url: string;
}

/** Identity towards the browsers' push services (VAPID, RFC 8292). Keys are base64url. */
export interface WebPushSettings extends ProviderSettings {
  readonly publicKey: string;
  readonly privateKey: string;
  /** `mailto:` or `https:` URL at which the push services reach the operator. */
  readonly subject: string;
  /**
   * Whether messages may go to loopback and private addresses, and by http. Endpoints come from
   * clients, so this lets them reach the network of the server. Default: false.
   */
  readonly allowPrivateEndpoints?: boolean;
}

export type EmailProviderSettings = SmtpSettings | SendGridSettings;
export type SmsProviderSettings = TwilioSettings | WebhookSettings;
