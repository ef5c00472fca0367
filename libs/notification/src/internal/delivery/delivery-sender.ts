import { toMailableAddress, type Clock, type OperationContext, type SecretKey } from '@org/core';

import type { MessageProvider, MessageProviders, SendOptions } from '../../message-provider.ts';
import type { AccountNotificationPreferencesReader } from '../preferences/account-notification-preferences-reader.ts';
import { wants } from '../preferences/account-notification-preferences-util.ts';
import { sendOrAbort, withTimeLimit } from '../provider/time-limit.ts';
import type { MessageRenderer } from '../topic/rendering.ts';
import {
  assertUnsubscribeUrlValid,
  createUnsubscribeToken,
  unsubscribeHeaders,
  unsubscribeUrlWith,
} from '../unsubscribe/unsubscribe-link.ts';
import {
  failureOf,
  permanentFailure,
  temporaryFailure,
  type DeliveryOutcome,
} from './delivery-outcome.ts';
import { findPayload, type DeliveryPayload, type LeasedDelivery } from './delivery-util.ts';
import { sendToBrowsers, type PushRoute } from './push-fan-out.ts';

export interface DeliverySenderDependencies {
  readonly preferencesReader: Pick<
    AccountNotificationPreferencesReader,
    'findAccountNotificationPreferencesByAccountId'
  >;
  readonly subscriptions: Omit<PushRoute, 'provider'>;
  readonly providers: MessageProviders;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
  readonly messages: MessageRenderer;
  readonly settings: { readonly sendTimeLimitMilliseconds: number };
  /** Default: mails carry no link to unsubscribe. */
  readonly unsubscribeUrl?: string | undefined;
}

/** Sends a rendered message. */
type Send = (options: SendOptions, context: OperationContext) => Promise<DeliveryOutcome>;

/** Passes one leased delivery to its provider, unless it should no longer be sent. */
export class DeliverySender {
  readonly #dependencies: DeliverySenderDependencies;

  /** @throws RangeError if `unsubscribeUrl` is no https URL */
  constructor(dependencies: DeliverySenderDependencies) {
    assertUnsubscribeUrlValid(dependencies.unsubscribeUrl);
    this.#dependencies = dependencies;
  }

  /** @throws ServiceUnavailableError if the preferences or subscriptions cannot be read */
  async sendDelivery(
    delivery: LeasedDelivery,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<DeliveryOutcome> {
    const topic = this.#dependencies.messages.topics.find(delivery.topic);
    if (!topic?.channels.includes(delivery.channel)) {
      // Another version running in parallel queued it, and will take it. If the topic was removed,
      // it becomes a dead letter, which can be replayed once the topic is back.
      return temporaryFailure(
        `No ${delivery.channel} message of the topic ${delivery.topic} is registered in this program.`,
      );
    }
    if (topic.canBeSwitchedOff && (await this.#isSwitchedOff(delivery, context))) {
      return {
        kind: 'suppressed',
        reason: 'The account has switched the channel or the topic off.',
      };
    }
    const payload = findPayload(delivery, this.#dependencies.secretKey);
    if (payload === undefined) {
      // Another process, which has the key, queued it and will take it.
      return temporaryFailure('No known secret key opens the payload.');
    }
    const send = this.#layOut(delivery, payload);
    if (send === undefined) {
      return permanentFailure('The template cannot lay the data out.');
    }
    const life = delivery.expiresAt.getTime() - this.#dependencies.clock.now().getTime();
    if (life <= 0) {
      return { kind: 'expired', reason: 'The message outlived its life.' };
    }
    const { messages, settings } = this.#dependencies;
    const { sendTimeLimitMilliseconds } = settings;
    return send(
      {
        deliveryId: delivery.id,
        accountId: delivery.accountId,
        topic: delivery.topic,
        data: payload.data,
        locale: messages.localeOf(delivery.topic, delivery.channel, payload),
        timeToLiveSeconds: Math.ceil(life / 1_000),
        signal: withTimeLimit(signal, sendTimeLimitMilliseconds),
      },
      context,
    );
  }

  async #isSwitchedOff(delivery: LeasedDelivery, context: OperationContext): Promise<boolean> {
    const { preferencesReader } = this.#dependencies;
    const preferences = await preferencesReader.findAccountNotificationPreferencesByAccountId(
      delivery,
      context,
    );
    return !wants(preferences, delivery);
  }

  /** `undefined` if rendering fails. */
  #layOut(delivery: LeasedDelivery, payload: DeliveryPayload): Send | undefined {
    try {
      return this.#layOutForChannel(delivery, payload);
    } catch {
      return undefined;
    }
  }

  #layOutForChannel(delivery: LeasedDelivery, payload: DeliveryPayload): Send {
    const { channel, topic, repetition } = delivery;
    const { recipient: to, data, locale, timeZone } = payload;
    const circumstances = { locale, timeZone, repetition };
    const { messages, providers, subscriptions } = this.#dependencies;
    switch (channel) {
      case 'email': {
        const unsubscribeUrl = this.#unsubscribeUrlOf(delivery);
        const content = messages.renderEmail(topic, data, { ...circumstances, unsubscribeUrl });
        const { sender } = messages.branding;
        const from = sender === undefined ? {} : { sender };
        const headers =
          unsubscribeUrl === undefined ? {} : { headers: unsubscribeHeaders(unsubscribeUrl) };
        const message = { to: toMailableAddress(to), ...from, ...content, ...headers };
        return (options) => sendBy(providers.email, message, options);
      }
      case 'sms': {
        const message = { to, text: messages.renderSms(topic, data, circumstances) };
        return (options) => sendBy(providers.sms, message, options);
      }
      case 'push': {
        const content = messages.renderPush(topic, data, circumstances);
        const route = { ...subscriptions, provider: providers.push };
        return (options, context) => sendToBrowsers({ delivery, content, options }, route, context);
      }
    }
  }

  #unsubscribeUrlOf({ accountId, topic }: LeasedDelivery): string | undefined {
    const { messages, secretKey, unsubscribeUrl } = this.#dependencies;
    if (unsubscribeUrl === undefined || messages.topics.find(topic)?.category !== 'marketing') {
      return undefined;
    }
    const token = createUnsubscribeToken({ accountId, topic }, secretKey);
    return unsubscribeUrlWith(token, unsubscribeUrl);
  }
}

async function sendBy<Message>(
  provider: MessageProvider<Message> | undefined,
  message: Message,
  options: SendOptions,
): Promise<DeliveryOutcome> {
  if (provider === undefined) {
    return permanentFailure('No provider is configured for this channel.');
  }
  try {
    const { providerMessageId } = await sendOrAbort(provider, message, options);
    return { kind: 'sent', providerMessageId };
  } catch (error) {
    return failureOf(error);
  }
}
