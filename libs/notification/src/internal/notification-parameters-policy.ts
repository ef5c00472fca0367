import { check } from '@org/core';

import { NotificationBadRequestError } from '../errors.ts';

const { parameters, text, anyText, id, jsonObject, optional, flag, finiteNumber, time } = check;
const { dictionary, record } = check;

const refuse = (...problem: ConstructorParameters<typeof NotificationBadRequestError>) =>
  new NotificationBadRequestError(...problem);

const accountId = id;
/** A topic's name, or the topic. */
const topic: typeof id = (value, path) =>
  id(typeof value === 'object' && value !== null && 'name' in value ? value.name : value, path);
const message = {
  accountId,
  topic,
  data: jsonObject,
  distinctBy: optional(id),
  isProved: optional(flag),
  expiresAt: optional(time),
  locale: optional(anyText),
  timeZone: optional(anyText),
  isWithheld: optional(flag),
};
const MAXIMUM_ENDPOINT_LENGTH = 2_048;
/** More than twice the length of a key in base64url. */
const MAXIMUM_KEY_LENGTH = 256;

/** Parameters of the service's methods. */
export const checkAccountId = parameters({ accountId }, refuse);
export const checkPreferences = parameters(
  {
    accountId,
    emailEnabled: optional(flag),
    pushEnabled: optional(flag),
    smsEnabled: optional(flag),
    topics: optional(
      dictionary(record({ email: optional(flag), push: optional(flag), sms: optional(flag) })),
    ),
  },
  refuse,
);
export const checkToken = parameters({ token: anyText }, refuse);
export const checkMailSubscription = parameters({ accountId, topic: id }, refuse);
export const checkUnsubscribePage = parameters(
  { kind: check.oneOf('ask', 'done', 'unusable'), locale: optional(anyText) },
  refuse,
);
export const checkEmail = parameters({ ...message, emailAddress: anyText }, refuse);
export const checkSms = parameters({ ...message, phoneNumber: check.phoneNumberParts }, refuse);
export const checkPush = parameters(message, refuse);
export const checkPushSubscription = parameters(
  {
    accountId,
    endpoint: text(MAXIMUM_ENDPOINT_LENGTH, MAXIMUM_ENDPOINT_LENGTH),
    keys: record({
      p256dh: text(MAXIMUM_KEY_LENGTH, MAXIMUM_KEY_LENGTH),
      auth: text(MAXIMUM_KEY_LENGTH, MAXIMUM_KEY_LENGTH),
    }),
  },
  refuse,
);
export const checkSubscriptionId = parameters({ accountId, subscriptionId: anyText }, refuse);
export const checkPage = parameters(
  { limit: optional(finiteNumber), cursor: optional(text(1_024)) },
  refuse,
);
export const checkAccountDeliveries = parameters(
  { accountId, limit: optional(finiteNumber) },
  refuse,
);
export const checkDeliveryId = parameters({ deliveryId: anyText }, refuse);
