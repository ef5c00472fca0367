import { mayBePublicHost, type ErrorDetail } from '@org/core';

import { WebhookBadRequestError, WebhookUrlNotPublicError } from '../../errors.ts';
import type { CreateWebhookEndpointParams, WebhookSettings } from '../../types.ts';

const MAXIMUM_OVERLAP_MILLISECONDS = 30 * 24 * 60 * 60_000;

type UrlSettings = Pick<WebhookSettings, 'allowsPrivateAddresses'>;

/** Why nothing may be sent to a URL; `undefined` if it may. Names are looked up when connecting. */
export function findUrlProblem(
  given: string,
  { allowsPrivateAddresses = false }: UrlSettings,
): string | undefined {
  if (!URL.canParse(given)) {
    return 'url must be an absolute URL';
  }
  const { protocol, hostname, username, password } = new URL(given);
  if (protocol !== 'https:' && !(protocol === 'http:' && allowsPrivateAddresses)) {
    return 'url must be an https URL';
  }
  if (username !== '' || password !== '') {
    return 'url must have no credentials';
  }
  return allowsPrivateAddresses || mayBePublicHost(hostname)
    ? undefined
    : 'url must be on the public internet';
}

/**
 * @throws WebhookUrlNotPublicError if `allowsPrivateAddresses` would let something be sent to the URL
 * @throws WebhookBadRequestError if nothing may be sent to it
 */
export function checkUrl(url: string, settings: UrlSettings): void {
  const isPrivate = findUrlProblem(url, { allowsPrivateAddresses: true }) === undefined;
  const Refusal = isPrivate ? WebhookUrlNotPublicError : WebhookBadRequestError;
  refuse('/url', findUrlProblem(url, settings), Refusal);
}

/** @throws WebhookBadRequestError unless there is an event, and all are known */
export function checkEvents(
  events: CreateWebhookEndpointParams['events'],
  known: readonly string[],
): void {
  const unknown = events.find((name) => !known.includes(name));
  const problem =
    unknown === undefined ? 'events must not be empty' : `events must be among ${known.join(', ')}`;
  refuse('/events', events.length > 0 && unknown === undefined ? undefined : problem);
}

/** @throws WebhookBadRequestError if a secret may not stay valid for so long */
export function checkOverlap(overlapMilliseconds: number): void {
  const isValid = overlapMilliseconds >= 0 && overlapMilliseconds <= MAXIMUM_OVERLAP_MILLISECONDS;
  const problem = 'overlap_milliseconds must be from 0 to 30 days';
  refuse('/overlap_milliseconds', isValid ? undefined : problem);
}

function refuse(
  path: ErrorDetail['path'],
  message: string | undefined,
  Refusal = WebhookBadRequestError,
): void {
  if (message !== undefined) {
    throw new Refusal(message, [{ path, message }]);
  }
}
