import type { PushSubscriptionKeys } from './types.ts';

export interface SendOptions {
  /** The idempotency key: the same for each attempt, for vendors that detect duplicates by it. */
  readonly deliveryId: string;
  /** Whose message it is. Default: unknown. */
  readonly accountId?: string;
  /** Name of the message's topic. Default: unknown, as are its data and locale. */
  readonly topic?: string;
  /** What the message was laid out from, as JSON: for vendors that have templates of their own. */
  readonly data?: object;
  /** In which the message is laid out, such as `de-AT`. */
  readonly locale?: string;
  /** How long the vendor may hold the message before it is no longer worth sending. */
  readonly timeToLiveSeconds: number;
  /** Abort to give up sending. It is then unknown whether the message went out. */
  readonly signal: AbortSignal;
}

export interface SendReceipt {
  /** The vendor's id for the message, for its own logs. */
  readonly providerMessageId: string;
}

/** Passes messages to a vendor; specified by `runMessageProviderSuite` in `/testing`. */
export interface MessageProvider<Message> {
  /**
   * Resolves once the vendor has accepted the message.
   *
   * @throws ProviderError that says whether to retry; its message contains neither the recipient
   *   nor the contents
   */
  send(message: Message, options: SendOptions): Promise<SendReceipt>;
}

/**
 * Who a mail says it is from. The address is not part of it: it is the provider's, because mail
 * servers check whether its domain lets that provider send (SPF, DKIM).
 */
export interface MailSender {
  /**
   * Shown instead of the address, and of the name in the provider's `from`. One line of at most 70
   * characters without `"`, `\`, `<` and `>`. Default: the name in the provider's `from`, if any.
   */
  readonly name?: string;
  /** Where answers go. Default: to the sender's address. */
  readonly replyTo?: string;
}

export interface EmailMessage {
  readonly to: string;
  /** Default: the provider's `from`. */
  readonly sender?: MailSender;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Further headers, by name, such as `List-Unsubscribe`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
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

/** Messages of a channel without a provider become dead letters. */
export interface MessageProviders {
  readonly email?: EmailProvider;
  readonly sms?: SmsProvider;
  readonly push?: PushProvider;
}

export interface ProviderSettings {
  /** How long one message may take. Default: 10,000 ms. */
  readonly timeoutMilliseconds?: number;
}

export interface SmtpSettings extends ProviderSettings {
  readonly kind: 'smtp';
  /** Such as `smtps://user:password@smtp.example.org`; options of nodemailer may follow a `?`. */
  readonly url: string;
  /** Sender: `Example <no-reply@example.org>` or a bare address. */
  readonly from: string;
}

export interface SendGridSettings extends ProviderSettings {
  readonly kind: 'sendgrid';
  readonly apiKey: string;
  /** Sender: `Example <no-reply@example.org>` or a bare address. */
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

/** Any program that accepts `POST {to, body}` and answers 2xx. */
export interface WebhookSettings extends ProviderSettings {
  readonly kind: 'webhook';
  readonly url: string;
}

/** Identifies us to browsers' push services (VAPID, RFC 8292). Keys are base64url. */
export interface WebPushSettings extends ProviderSettings {
  readonly publicKey: string;
  readonly privateKey: string;
  /** `mailto:` or `https:` URL where push services can contact the operator. */
  readonly subject: string;
  /**
   * Whether messages may go to loopback and private addresses, and over http. Endpoints come from
   * clients, so this lets them reach the server's network. Default: false.
   */
  readonly allowPrivateEndpoints?: boolean;
}

export type EmailProviderSettings = SmtpSettings | SendGridSettings;
export type SmsProviderSettings = TwilioSettings | WebhookSettings;
