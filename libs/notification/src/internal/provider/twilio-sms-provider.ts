import type { Clock } from '@org/core';

import type {
  SendOptions,
  SendReceipt,
  SmsMessage,
  SmsProvider,
  TwilioSettings,
} from '../../message-provider.ts';
import { checkHttpUrl } from './provider-url.ts';
import { postToVendor, readJson, refusal } from './vendor-http-util.ts';

const VENDOR = 'Twilio';
/** Twilio's own limit on how long it keeps a message. */
const MAXIMUM_VALIDITY_SECONDS = 36_000;

/**
 * Errors about the recipient: not a number, cannot receive SMS, unreachable, blocked or
 * unsubscribed; or a text that is too long. See https://www.twilio.com/docs/api/errors.
 */
const FINAL_ERRORS = new Set<unknown>([
  21211, 21214, 21217, 21265, 21401, 21407, 21421, 21605, 21610, 21612, 21614, 21617, 21635, 30003,
  30004, 30005, 30006,
]);

/** Sends SMS through Twilio's Programmable Messaging API (2010-04-01). */
export class TwilioSmsProvider implements SmsProvider {
  readonly #settings: TwilioSettings;
  readonly #url: string;
  readonly #clock: Clock;

  constructor(settings: TwilioSettings, clock: Clock) {
    const path = `/2010-04-01/Accounts/${encodeURIComponent(settings.accountSid)}/Messages.json`;
    this.#settings = settings;
    const { baseUrl = 'https://api.twilio.com' } = settings;
    this.#url = new URL(path, checkHttpUrl('baseUrl of twilio', baseUrl)).href;
    this.#clock = clock;
  }

  async send(
    { to, text }: SmsMessage,
    { deliveryId, timeToLiveSeconds, signal }: SendOptions,
  ): Promise<SendReceipt> {
    const { accountSid, authToken, messagingServiceSid } = this.#settings;
    const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
    const response = await postToVendor({
      vendor: VENDOR,
      url: this.#url,
      headers: {
        authorization: `Basic ${credentials}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        To: to,
        MessagingServiceSid: messagingServiceSid,
        Body: text,
        ValidityPeriod: String(Math.max(1, Math.min(timeToLiveSeconds, MAXIMUM_VALIDITY_SECONDS))),
      }).toString(),
      signal,
    });
    return this.#readReceipt(response, deliveryId);
  }

  async #readReceipt(response: Response, deliveryId: string): Promise<SendReceipt> {
    const { sid, code } = ((await readJson(response)) ?? {}) as { sid?: unknown; code?: unknown };
    if (!response.ok) {
      const detail = typeof code === 'number' ? `error ${code}` : undefined;
      // Such as an unknown sender or a trial account. Without a code, it is not from Twilio.
      const isOurs = response.status === 400 ? !FINAL_ERRORS.has(code) : undefined;
      throw refusal(VENDOR, response, { clock: this.#clock, detail, isOurs });
    }
    // The status shows that the message was accepted; resending it would duplicate it.
    return { providerMessageId: typeof sid === 'string' ? sid : deliveryId };
  }
}
