import type { SecretKey } from '@org/core';

import type {
  DeadDelivery,
  DeliveryPriority,
  FailingDelivery,
  NotificationChannel,
} from '../../types.ts';
import type { Repetition } from '../topic/wording.ts';
import { DeliveryModel } from './store/delivery-model.ts';

/** Stored with a delivery; the lowest goes first. The gaps are room for further ones. */
export const PRIORITY_RANKS: Readonly<Record<DeliveryPriority, number>> = {
  urgent: 0,
  high: 10,
  normal: 20,
  bulk: 30,
};

/** What payloads are encrypted for. */
export const PAYLOAD_PURPOSE = 'notification payload';

/** What is encrypted of a delivery. */
export interface DeliveryPayload {
  /** E-mail address or E.164 number; empty for push, whose recipients are looked up. */
  readonly recipient: string;
  readonly data: object;
}

/** A delivery that a worker has leased. */
export interface LeasedDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly channel: NotificationChannel;
  readonly topic: string;
  /** Counts this one. Whoever leases it next has a higher one, and the old holder no say any more. */
  readonly attempts: number;
  readonly expiresAt: Date;
  /** How often it happened since when, where the message sums up. */
  readonly repetition: Repetition | undefined;
  readonly encryptedPayload: Uint8Array;
  /** Push subscriptions that have got it in an earlier attempt. */
  readonly deliveredTo: readonly string[];
}

export function encryptPayload(payload: DeliveryPayload, secretKey: SecretKey): Buffer {
  return secretKey.encrypt(PAYLOAD_PURPOSE, Buffer.from(JSON.stringify(payload)));
}

/** @throws DecryptionFailedError when no known secret key opens it */
export function decryptPayload(encrypted: Uint8Array, secretKey: SecretKey): DeliveryPayload {
  return JSON.parse(secretKey.decrypt(PAYLOAD_PURPOSE, encrypted).toString()) as DeliveryPayload;
}

/** @throws MalformedDocumentError when the document is no delivery */
export function convertDeliveryBsonToLeasedDelivery(bson: object): LeasedDelivery {
  const { times, createdAt: since, ...delivery } = DeliveryModel.fromBson(bson);
  const { id, accountId, channel, topic, attempts, expiresAt, deliveredTo } = delivery;
  return {
    id,
    accountId,
    channel,
    topic,
    attempts,
    expiresAt,
    deliveredTo,
    repetition: times === undefined ? undefined : { times, since },
    encryptedPayload: DeliveryModel.payloadOf(bson),
  };
}

/** @throws MalformedDocumentError when the document is no delivery */
export function convertDeliveryBsonToDeadDelivery(bson: object): DeadDelivery {
  const { id, accountId, channel, topic, attempts, lastError, createdAt, expiresAt } =
    DeliveryModel.fromBson(bson);
  return { id, accountId, channel, topic, attempts, lastError, createdAt, expiresAt };
}

/** @throws MalformedDocumentError when the document is no delivery */
export function convertDeliveryBsonToFailingDelivery(bson: object): FailingDelivery {
  const { id, accountId, channel, topic, attempts, lastError, createdAt, nextAttemptAt } =
    DeliveryModel.fromBson(bson);
  return { id, accountId, channel, topic, attempts, lastError, createdAt, nextAttemptAt };
}

/** A delivery as its recipient may see it: what was sent to them when, not what it said. */
export interface DeliveryExport {
  readonly channel: string;
  readonly topic: string;
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** @throws MalformedDocumentError when the document is no delivery */
export function convertDeliveryBsonToExport(bson: object): DeliveryExport {
  const { channel, topic, status, createdAt, updatedAt } = DeliveryModel.fromBson(bson);
  return {
    channel,
    topic,
    status,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}
