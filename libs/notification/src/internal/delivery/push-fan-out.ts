import type { OperationContext } from '@org/core';

import { ProviderError } from '../../errors.ts';
import type { PushProvider, SendOptions } from '../../message-provider.ts';
import { sendOrAbort } from '../provider/time-limit.ts';
import type { PushSubscriptionReader } from '../push-subscription/push-subscription-reader.ts';
import type { PushTarget } from '../push-subscription/push-subscription-util.ts';
import type { PushSubscriptionWriter } from '../push-subscription/push-subscription-writer.ts';
import type { PushContent } from '../topic/define-topic.ts';
import {
  failureOf,
  permanentFailure,
  type DeliveryFailure,
  type DeliveryOutcome,
} from './delivery-outcome.ts';
import type { LeasedDelivery } from './delivery-util.ts';

/** What is needed to reach an account's browsers. */
export interface PushRoute {
  readonly provider: PushProvider | undefined;
  readonly reader: Pick<PushSubscriptionReader, 'findPushTargetsByAccountId'>;
  readonly writer: Pick<PushSubscriptionWriter, 'deletePushSubscription'>;
}

export interface PushDelivery {
  readonly delivery: LeasedDelivery;
  readonly content: PushContent;
  readonly options: SendOptions;
}

/** The result for one subscription; `gone`: the browser has unsubscribed. */
type Result =
  | { readonly kind: 'sent'; readonly target: PushTarget }
  | { readonly kind: 'gone'; readonly target: PushTarget }
  | DeliveryFailure;

/** Sends one message to every browser of an account that has not received it yet. */
export async function sendToBrowsers(
  push: PushDelivery,
  { provider, reader, writer }: PushRoute,
  context: OperationContext,
): Promise<DeliveryOutcome> {
  const { accountId, deliveredTo } = push.delivery;
  const targets = await reader.findPushTargetsByAccountId(accountId, context);
  const remaining = targets.filter(({ id }) => !deliveredTo.includes(id));
  const results = await Promise.all(remaining.map((target) => sendTo(target, push, provider)));
  for (const result of results) {
    if (result.kind === 'gone') {
      const subscriptionId = result.target.id;
      await writer.deletePushSubscription({ accountId, subscriptionId }, context);
    }
  }
  return summarize(results, push.delivery);
}

async function sendTo(
  target: PushTarget,
  { content, options }: PushDelivery,
  provider: PushProvider | undefined,
): Promise<Result> {
  if (provider === undefined) {
    return permanentFailure('No push provider is configured.');
  }
  const { endpoint, keys } = target;
  try {
    await sendOrAbort(provider, { endpoint, keys, ...content }, options);
    return { kind: 'sent', target };
  } catch (error) {
    const isGone = error instanceof ProviderError && error.recipientIsGone;
    return isGone ? { kind: 'gone', target } : failureOf(error);
  }
}

/** The overall result. */
function summarize(results: readonly Result[], delivery: LeasedDelivery): DeliveryOutcome {
  const sent = results.filter((result) => result.kind === 'sent');
  const failures = results.filter((result) => result.kind === 'failed');
  const deliveredTo = [...delivery.deliveredTo, ...sent.map(({ target }) => target.id)];

  const mayWorkLater = failures.find(({ retryable }) => retryable);
  if (mayWorkLater !== undefined) {
    // Keeps retrying for browsers that have not received the message.
    const waits = failures.map(({ retryAfterMilliseconds = 0 }) => retryAfterMilliseconds);
    return { ...mayWorkLater, retryAfterMilliseconds: Math.max(...waits), deliveredTo };
  }
  const [refusal] = failures;
  if (deliveredTo.length > 0) {
    return { kind: 'sent', providerMessageId: delivery.id, lastError: refusal?.reason };
  }
  return refusal ?? { kind: 'suppressed', reason: 'The account has no push subscription.' };
}
