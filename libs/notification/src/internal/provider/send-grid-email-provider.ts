import type { Clock } from '@org/core';

import type {
  EmailMessage,
  EmailProvider,
  SendGridSettings,
  SendOptions,
  SendReceipt,
} from '../../message-provider.ts';
import { messageIdOf, parseFromAddress, type FromAddress } from './from-address.ts';
import { checkHttpUrl } from './provider-url.ts';
import { discardBody, postToVendor, readJson, refusal } from './vendor-http-util.ts';

const VENDOR = 'SendGrid';

/** No link rewriting and no tracking pixel: SendGrid must not see who follows a reset link. */
const NO_TRACKING = {
  click_tracking: { enable: false, enable_text: false },
  open_tracking: { enable: false },
};

/** Sends mail through SendGrid's Web API v3. */
export class SendGridEmailProvider implements EmailProvider {
  readonly #apiKey: string;
  readonly #url: string;
  readonly #from: FromAddress;
  readonly #clock: Clock;

  constructor(settings: SendGridSettings, clock: Clock) {
    this.#apiKey = settings.apiKey;
    const { baseUrl = 'https://api.sendgrid.com' } = settings;
    this.#url = new URL('/v3/mail/send', checkHttpUrl('baseUrl of sendgrid', baseUrl)).href;
    this.#from = parseFromAddress(settings.from);
    this.#clock = clock;
  }

  async send(message: EmailMessage, { deliveryId, signal }: SendOptions): Promise<SendReceipt> {
    const response = await postToVendor({
      vendor: VENDOR,
      url: this.#url,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(this.#toRequestBody(message, deliveryId)),
      signal,
    });
    if (!response.ok) {
      const isOurs = await isAboutSender(response);
      throw refusal(VENDOR, response, { clock: this.#clock, isOurs });
    }
    discardBody(response);
    return { providerMessageId: response.headers.get('x-message-id') ?? deliveryId };
  }

  #toRequestBody(message: EmailMessage, deliveryId: string): object {
    const { to, sender = {}, subject, text, html, headers } = message;
    const { address } = this.#from;
    const name = sender.name ?? this.#from.name;
    return {
      personalizations: [{ to: [{ email: to }] }],
      from: name === '' ? { email: address } : { email: address, name },
      ...(sender.replyTo === undefined ? {} : { reply_to: { email: sender.replyTo } }),
      subject,
      content: [
        { type: 'text/plain', value: text },
        { type: 'text/html', value: html },
      ],
      headers: { ...headers, 'Message-ID': messageIdOf(deliveryId, this.#from) },
      custom_args: { delivery_id: deliveryId },
      tracking_settings: NO_TRACKING,
    };
  }
}

/** A 400 names the wrong field, if any. All fields but the recipient's are ours. */
async function isAboutSender(response: Response): Promise<boolean | undefined> {
  if (response.status !== 400) {
    discardBody(response);
    return undefined;
  }
  const { errors } = ((await readJson(response)) ?? {}) as { errors?: unknown };
  const fields = Array.isArray(errors)
    ? errors.map((error: { field?: unknown } | null) => String(error?.field))
    : [];
  return !fields.some((field) => field.startsWith('personalizations'));
}
