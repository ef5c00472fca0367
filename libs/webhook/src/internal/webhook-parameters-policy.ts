import { check } from '@org/core';

import { WebhookBadRequestError } from '../errors.ts';

const { parameters, text, anyText, id, list, optional, finiteNumber } = check;

const refuse = (...problem: ConstructorParameters<typeof WebhookBadRequestError>) =>
  new WebhookBadRequestError(...problem);

const MAXIMUM_URL_LENGTH = 2_048;
const MAXIMUM_DESCRIPTION_LENGTH = 500;

const endpointId = anyText;
const url = text(MAXIMUM_URL_LENGTH, MAXIMUM_URL_LENGTH);
const description = text(MAXIMUM_DESCRIPTION_LENGTH, MAXIMUM_DESCRIPTION_LENGTH);
const events = list(id);

/** Parameters of the service's methods. */
export const checkEndpointId = parameters({ endpointId }, refuse);
export const checkNewEndpoint = parameters(
  { url, events, description: optional(description) },
  refuse,
);
export const checkChangedEndpoint = parameters(
  {
    endpointId,
    url: optional(url),
    events: optional(events),
    description: optional(description),
  },
  refuse,
);
export const checkRotation = parameters(
  { endpointId, overlapMilliseconds: optional(finiteNumber) },
  refuse,
);
export const checkPage = parameters(
  { endpointId, limit: optional(finiteNumber), cursor: optional(id) },
  refuse,
);
export const checkDeliveryId = parameters({ deliveryId: anyText }, refuse);
