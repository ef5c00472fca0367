import {
  describeNetworkError,
  parseRetryAfter,
  postToForeignUrl,
  PrivateAddressError,
  type OutboundAnswer,
} from '@org/core';
import { withinTimeLimit } from '@org/queue';
import { Webhook } from 'standardwebhooks';

import { findUrlProblem } from '../endpoint/endpoint-policy.ts';
import type { EndpointTarget } from '../endpoint/endpoint-reader.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import type { DeliveryModel } from './store/delivery-model.ts';

/** How an attempt ended. */
export type DeliveryOutcome =
  { readonly kind: 'delivered'; readonly status: number } | DeliveryFailure;

export interface DeliveryFailure {
  readonly kind: 'failed';
  /** HTTP status of the answer; `null` if there was none. */
  readonly status: number | null;
  /** Contains nothing of the answer, nor of the URL. */
  readonly reason: string;
  readonly retryAfterMilliseconds?: number | undefined;
}

class AttemptTimeLimitError extends Error {}

/** Sends one delivery, signed as Standard Webhooks has it. */
export async function sendDelivery(
  delivery: DeliveryModel,
  endpoint: EndpointTarget,
  stopped: AbortSignal,
  { clock, settings }: Pick<ModuleDependencies, 'clock' | 'settings'>,
): Promise<DeliveryOutcome> {
  const { allowsPrivateAddresses, sendTimeLimitMilliseconds: milliseconds } = settings;
  const problem = findUrlProblem(endpoint.url, settings);
  if (problem !== undefined) {
    return failure(`The ${problem}.`);
  }
  if (endpoint.secrets.length === 0) {
    return failure('Its secret cannot be decrypted: is SECRET_KEY the right one?');
  }
  const request = {
    url: new URL(endpoint.url),
    ...signedRequest(delivery, endpoint.secrets, clock.now()),
    allowsPrivateAddresses,
  };
  request.headers['User-Agent'] = settings.userAgent;
  const reason = new AttemptTimeLimitError(`It did not answer within ${milliseconds} ms.`);
  try {
    const answer = await withinTimeLimit({ milliseconds, reason }, stopped, (signal) =>
      postToForeignUrl({ ...request, signal }),
    );
    return outcomeOf(answer, clock);
  } catch (error) {
    return failure(
      error instanceof PrivateAddressError || error instanceof AttemptTimeLimitError
        ? error.message
        : `It cannot be reached${describeNetworkError(error)}.`,
    );
  }
}

/** Body and headers. There is a signature for each secret. */
function signedRequest(
  { id, event, data, publishedAt }: DeliveryModel,
  secrets: readonly string[],
  now: Date,
): { readonly body: string; readonly headers: Record<string, string | number> } {
  const body = JSON.stringify({ type: event, timestamp: publishedAt.toISOString(), data });
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, now, body));
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'webhook-id': id,
    'webhook-timestamp': Math.floor(now.getTime() / 1_000),
    'webhook-signature': signatures.join(' '),
  };
  return { body, headers };
}

function outcomeOf(
  { status, headers }: OutboundAnswer,
  clock: ModuleDependencies['clock'],
): DeliveryOutcome {
  if (status >= 200 && status <= 299) {
    return { kind: 'delivered', status };
  }
  const isRedirect = status >= 300 && status <= 399;
  return {
    kind: 'failed',
    status,
    reason: `It answered ${status}${isRedirect ? ', and redirects are not followed' : ''}.`,
    retryAfterMilliseconds: parseRetryAfter(headers['retry-after'], clock),
  };
}

function failure(reason: string): DeliveryFailure {
  return { kind: 'failed', status: null, reason };
}
