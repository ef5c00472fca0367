import { defineError, type ErrorDetail } from '@org/core';

export const WebhookErrorCode = {
  ENDPOINT_NOT_FOUND: 'WEBHOOK_ERR_01',
  BAD_REQUEST: 'WEBHOOK_ERR_02',
  ENDPOINT_LIMIT_REACHED: 'WEBHOOK_ERR_03',
  ENDPOINT_DISABLED: 'WEBHOOK_ERR_04',
  DELIVERY_NOT_FOUND: 'WEBHOOK_ERR_05',
} as const;

/** The endpoint does not exist, or was deleted. */
export class WebhookEndpointNotFoundError extends defineError(
  WebhookErrorCode.ENDPOINT_NOT_FOUND,
  404,
) {
  constructor(id: string) {
    super(`We could not find a webhook endpoint with id: ${id}.`);
  }
}

/** A parameter is invalid; the message names it. */
export class WebhookBadRequestError extends defineError(WebhookErrorCode.BAD_REQUEST, 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }
}

/** The URL is not a public https one; with the setting `allowsPrivateAddresses` it would be taken. */
export class WebhookUrlNotPublicError extends WebhookBadRequestError {}

/** There are as many endpoints as there may be; the message gives the number. */
export class WebhookEndpointLimitReachedError extends defineError(
  WebhookErrorCode.ENDPOINT_LIMIT_REACHED,
  409,
) {
  constructor(maximum: number) {
    super(`There can be at most ${maximum} webhook endpoints. Please delete some first.`);
  }
}

/** Nothing can be sent to the endpoint while it is disabled. */
export class WebhookEndpointDisabledError extends defineError(
  WebhookErrorCode.ENDPOINT_DISABLED,
  409,
) {
  constructor(id: string) {
    super(`The webhook endpoint ${id} is disabled. Please enable it first.`);
  }
}

/** No delivery with this id has ended: it does not exist, is still queued, or is no longer kept. */
export class WebhookDeliveryNotFoundError extends defineError(
  WebhookErrorCode.DELIVERY_NOT_FOUND,
  404,
) {
  constructor(id: string) {
    super(`We could not find an ended webhook delivery with id: ${id}.`);
  }
}
