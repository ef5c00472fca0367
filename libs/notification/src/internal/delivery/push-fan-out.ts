import type { OperationContext } from '@org/core';

import { ProviderError } from '../../errors.ts';
import type { PushProvider, SendOptions } from '../../message-provider.ts';
import { orAborted } from '../provider/abort-util.ts';
import type { PushSubscriptionReader } from '../push-subscription/push-subscription-reader.ts';
import type { PushTarget } from '../push-subscription/push-subscription-util.ts';
import type { PushSubscriptionWriter } from '../push-subscription/push-subscription-writer.ts';
import type { PushContent } from '../topic/define-topic.ts';
import {
  failureOf,
  permanentFailure,
  type DeliveryFailure,
  type DeliveryOutcome,
} from './delivery-outcome-util.ts';
import type { LeasedDelivery } from './delivery-util.ts';

/** Where the subscriptions of an account come from, and how one is removed. */
export type PushTargets = Pick<PushSubscriptionReader, 'findPushTargetsByAccountId'> &
  Pick<PushSubscriptionWriter, 'deletePushSubscription'>;

export interface PushFanOutDependencies {
  readonly provider: PushProvider | undefined;
  readonly targets: PushTargets;
}

export interface PushFanOutParams {
  readonly delivery: LeasedDelivery;
  readonly content: PushContent;
  readonly options: SendOptions;
}

/** What became of the message at one subscription. */
type Result = { readonly kind: 'sent' | 'gone'; readonly target: PushTarget } | DeliveryFailure;

/** Sends one message to every browser of an account. */
export class PushFanOut {
  readonly #provider: PushProvider | undefined;
  readonly #targets: PushTargets;

  constructor({ provider, targets }: PushFanOutDependencies) {
    this.#provider = provider;
    this.#targets = targets;
  }

  async send(params: PushFanOutParams, context: OperationContext): Promise<DeliveryOutcome> {
    const { accountId, deliveredTo } = params.delivery;
    const targets = await this.#targets.findPushTargetsByAccountId(accountId, context);
    const remaining = targets.filter(({ id }) => !deliveredTo.includes(id));
    const results = await Promise.all(remaining.map((target) => this.#sendTo(target, params)));
    for (const result of results) {
      if (result.kind === 'gone') {
        const subscriptionId = result.target.id;
        await this.#targets.deletePushSubscription({ accountId, subscriptionId }, context);
      }
    }
    return summarize(results, params);
  }

  async #sendTo(target: PushTarget, { content, options }: PushFanOutParams): Promise<Result> {
    if (this.#provider === undefined) {
      return permanentFailure('No push provider is configured.');
    }
    const { endpoint, keys } = target;
    try {
      await orAborted(options.signal, this.#provider.send({ endpoint, keys, ...content }, options));
      return { kind: 'sent', target };
    } catch (error) {
      const isGone = error instanceof ProviderError && error.recipientIsGone;
      return isGone ? { kind: 'gone', target } : failureOf(error);
    }
  }
}

/** One that may work later keeps the message going for those that have not got it. */
function summarize(results: readonly Result[], { delivery }: PushFanOutParams): DeliveryOutcome {
  const sent = results.flatMap((result) => (result.kind === 'sent' ? [result.target.id] : []));
  const failures = results.filter((result) => result.kind === 'failed');
  const deliveredTo = [...delivery.deliveredTo, ...sent];
  const retryable = failures.filter((failure) => failure.retryable);
  const [failure] = retryable.length > 0 ? retryable : failures;
  if (failure !== undefined && (failure.retryable || deliveredTo.length === 0)) {
    const waits = failures.map(({ retryAfterMilliseconds = 0 }) => retryAfterMilliseconds);
    return { ...failure, retryAfterMilliseconds: Math.max(...waits), deliveredTo };
  }
  return deliveredTo.length === 0
    ? { kind: 'suppressed', reason: 'The account has no push subscription.' }
    : { kind: 'sent', providerMessageId: delivery.id, lastError: failure?.reason };
}
