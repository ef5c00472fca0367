import { createECDH } from 'node:crypto';

import { postToForeignUrl, PrivateAddressError, type Clock, type OutboundAnswer } from '@org/core';

import { ProviderError } from '../../errors.ts';
import type {
  PushMessage,
  PushProvider,
  SendOptions,
  SendReceipt,
  WebPushSettings,
} from '../../message-provider.ts';
import { refusal, unreachable } from './vendor-http-util.ts';

const VENDOR = 'The push service';
const GONE = new Set([404, 410]);

interface PushRequest {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
}

/** Sends push messages to browsers: encrypted for each (RFC 8291), signed with VAPID (RFC 8292). */
export class WebPushProvider implements PushProvider {
  readonly #settings: WebPushSettings;
  readonly #clock: Clock;

  constructor(settings: WebPushSettings, clock: Clock) {
    assertSettings(settings);
    this.#settings = settings;
    this.#clock = clock;
  }

  async send(message: PushMessage, options: SendOptions): Promise<SendReceipt> {
    const request = await this.#encrypt(message, options);
    const response = await this.#post(request, options.signal);
    const { status, headers } = response;
    if (GONE.has(status)) {
      throw new ProviderError(`${VENDOR} answered ${status}.`, { recipientIsGone: true });
    }
    if (status < 200 || status > 299) {
      const answer = { status, headers: { get: (name: string) => headers[name]?.toString() } };
      throw refusal(VENDOR, answer, { clock: this.#clock });
    }
    return { providerMessageId: headers.location ?? options.deliveryId };
  }

  async #encrypt(
    { endpoint, keys, title, body }: PushMessage,
    { deliveryId, timeToLiveSeconds }: SendOptions,
  ): Promise<PushRequest> {
    const { default: webPush } = await import('web-push');
    const { publicKey, privateKey, subject } = this.#settings;
    try {
      const { headers, body: encrypted } = webPush.generateRequestDetails(
        { endpoint, keys },
        JSON.stringify({ title, body }),
        {
          vapidDetails: { subject, publicKey, privateKey },
          TTL: timeToLiveSeconds,
          // A resent message replaces the first, if the browser has not fetched it yet.
          topic: deliveryId,
        },
      );
      return { endpoint, headers, body: encrypted };
    } catch {
      throw new ProviderError('The message cannot be encrypted for this push subscription.');
    }
  }

  async #post(
    { endpoint, headers, body }: PushRequest,
    signal: AbortSignal,
  ): Promise<OutboundAnswer> {
    const url = toUrl(endpoint);
    const { allowPrivateEndpoints: allowsPrivateAddresses } = this.#settings;
    try {
      return await postToForeignUrl({ url, headers, body, signal, allowsPrivateAddresses });
    } catch (error) {
      throw error instanceof PrivateAddressError
        ? new ProviderError('The push subscription leads into a private network.')
        : unreachable(VENDOR, error, signal);
    }
  }
}

/** Otherwise the library would only complain with each message. */
function assertSettings(settings: WebPushSettings): void {
  const { publicKey, privateKey, subject, allowPrivateEndpoints = false } = settings;
  if (typeof allowPrivateEndpoints !== 'boolean') {
    throw new RangeError('allowPrivateEndpoints must be true or false.');
  }
  const isComplete =
    isKeyPair(Buffer.from(publicKey, 'base64url'), Buffer.from(privateKey, 'base64url')) &&
    /^(mailto:|https:\/\/)./.test(subject);
  if (!isComplete) {
    throw new RangeError(
      'Web Push needs a VAPID key pair in base64url, and a mailto: or https: URL as subject.',
    );
  }
}

function isKeyPair(publicKey: Buffer, privateKey: Buffer): boolean {
  const curve = createECDH('prime256v1');
  try {
    curve.setPrivateKey(privateKey);
  } catch {
    return false;
  }
  return privateKey.length === 32 && curve.getPublicKey().equals(publicKey);
}

/** @throws ProviderError if the endpoint, which may have been stored long ago, is not a URL */
function toUrl(endpoint: string): URL {
  if (!URL.canParse(endpoint)) {
    throw new ProviderError('The endpoint of the push subscription is no URL.');
  }
  return new URL(endpoint);
}
