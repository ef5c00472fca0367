import type { Clock, OperationContext, SecretKey } from '@org/core';

import type { MessageProvider, MessageProviders, SendOptions } from '../../message-provider.ts';
import type { NotificationChannel } from '../../types.ts';
import type { AccountNotificationPreferencesReader } from '../preferences/account-notification-preferences-reader.ts';
import { orAborted, withTimeLimit } from '../provider/abort-util.ts';
import { renderEmail, renderPush, renderSms } from '../topic/rendering.ts';
import { findTopic } from '../topic/topics.ts';
import { failureOf, permanentFailure, type DeliveryOutcome } from './delivery-outcome-util.ts';
import { decryptPayload, type DeliveryPayload, type LeasedDelivery } from './delivery-util.ts';
import type { PushFanOut } from './push-fan-out.ts';

/** Where preferences come from. */
export type PreferencesSource = Pick<
  AccountNotificationPreferencesReader,
  'findAccountNotificationPreferencesByAccountId'
>;

export interface CourierDependencies {
  readonly preferences: PreferencesSource;
  readonly providers: MessageProviders;
  readonly pushFanOut: PushFanOut;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
  readonly sendTimeLimitMilliseconds: number;
}

/** A message laid out, and the way to hand it to its provider. */
type Handover = (options: SendOptions, context: OperationContext) => Promise<DeliveryOutcome>;

/** Takes one leased delivery to its provider, unless it has no business there any more. */
export class Courier {
  readonly #preferences: PreferencesSource;
  readonly #providers: MessageProviders;
  readonly #pushFanOut: PushFanOut;
  readonly #secretKey: SecretKey;
  readonly #clock: Clock;
  readonly #sendTimeLimitMilliseconds: number;

  constructor(dependencies: CourierDependencies) {
    this.#preferences = dependencies.preferences;
    this.#providers = dependencies.providers;
    this.#pushFanOut = dependencies.pushFanOut;
    this.#secretKey = dependencies.secretKey;
    this.#clock = dependencies.clock;
    this.#sendTimeLimitMilliseconds = dependencies.sendTimeLimitMilliseconds;
  }

  /** @throws ServiceUnavailableError when the preferences or subscriptions cannot be read */
  async deliver(
    delivery: LeasedDelivery,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<DeliveryOutcome> {
    const topic = findTopic(delivery.topic);
    if (topic === undefined) {
      // A newer version that runs beside this one queued it, and will take it.
      const reason = 'This version does not know the topic.';
      return { kind: 'failed', reason, retryable: true, byProvider: false };
    }
    if (topic.canBeSwitchedOff && (await this.#isSwitchedOff(delivery, context))) {
      return { kind: 'suppressed', reason: 'The account has switched the channel off.' };
    }
    const handover = this.#prepare(delivery);
    if (typeof handover !== 'function') {
      return handover;
    }
    const life = delivery.expiresAt.getTime() - this.#clock.now().getTime();
    if (life <= 0) {
      return { kind: 'expired', reason: 'The message outlived its life.' };
    }
    return handover(
      {
        deliveryId: delivery.id,
        timeToLiveSeconds: Math.ceil(life / 1_000),
        signal: withTimeLimit(signal, this.#sendTimeLimitMilliseconds),
      },
      context,
    );
  }

  /** Whether the account does not want it. An account without preferences has all channels on. */
  async #isSwitchedOff(
    { accountId, channel }: LeasedDelivery,
    context: OperationContext,
  ): Promise<boolean> {
    const preferences = await this.#preferences.findAccountNotificationPreferencesByAccountId(
      { accountId },
      context,
    );
    if (preferences === undefined) {
      return false;
    }
    const enabled: Readonly<Record<NotificationChannel, boolean>> = {
      email: preferences.emailEnabled,
      push: preferences.pushEnabled,
      sms: preferences.smsEnabled,
    };
    return !enabled[channel];
  }

  /** Opens and lays out the message. */
  #prepare(delivery: LeasedDelivery): Handover | DeliveryOutcome {
    let payload: DeliveryPayload;
    try {
      payload = decryptPayload(delivery.encryptedPayload, this.#secretKey);
    } catch {
      // Another process, which has the key, queued it and will take it.
      const reason = 'No known secret key opens the payload.';
      return { kind: 'failed', reason, retryable: true, byProvider: false };
    }
    try {
      return this.#layOut(delivery, payload);
    } catch {
      return permanentFailure('The template cannot lay the data out.');
    }
  }

  #layOut(delivery: LeasedDelivery, { recipient: to, data }: DeliveryPayload): Handover {
    const { channel, topic, repetition } = delivery;
    switch (channel) {
      case 'email': {
        const message = { to, ...renderEmail(topic, data, repetition) };
        return (options) => handOver(this.#providers.email, message, options);
      }
      case 'sms': {
        const message = { to, text: renderSms(topic, data, repetition) };
        return (options) => handOver(this.#providers.sms, message, options);
      }
      case 'push': {
        const content = renderPush(topic, data, repetition);
        return (options, context) => this.#pushFanOut.send({ delivery, content, options }, context);
      }
    }
  }
}

async function handOver<Message>(
  provider: MessageProvider<Message> | undefined,
  message: Message,
  options: SendOptions,
): Promise<DeliveryOutcome> {
  if (provider === undefined) {
    return permanentFailure('No provider is configured for this channel.');
  }
  try {
    const { providerMessageId } = await orAborted(options.signal, provider.send(message, options));
    return { kind: 'sent', providerMessageId };
  } catch (error) {
    return failureOf(error);
  }
}
