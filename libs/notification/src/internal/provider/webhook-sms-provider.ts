import type { Clock } from '@org/core';

import type {
  SendOptions,
  SendReceipt,
  SmsMessage,
  SmsProvider,
  WebhookSettings,
} from '../../message-provider.ts';
import { checkHttpUrl } from './provider-url.ts';
import { discardBody, postToVendor, refusal } from './vendor-http-util.ts';

const VENDOR = 'The SMS webhook';

/** Passes SMS to any program that accepts `POST {to, body}`. */
export class WebhookSmsProvider implements SmsProvider {
  readonly #url: string;
  readonly #clock: Clock;

  constructor({ url }: WebhookSettings, clock: Clock) {
    this.#url = new URL(checkHttpUrl('url of webhook', url)).href;
    this.#clock = clock;
  }

  async send({ to, text }: SmsMessage, { deliveryId, signal }: SendOptions): Promise<SendReceipt> {
    const response = await postToVendor({
      vendor: VENDOR,
      url: this.#url,
      headers: { 'content-type': 'application/json', 'idempotency-key': deliveryId },
      body: JSON.stringify({ to, body: text }),
      signal,
    });
    discardBody(response);
    if (!response.ok) {
      throw refusal(VENDOR, response, { clock: this.#clock });
    }
    return { providerMessageId: deliveryId };
  }
}
