import { mailboxOf, type AuditEvent, type SecretKey } from '@org/core';
import { MalformedDocumentError, parseObjectId } from '@org/core/store';

import type {
  AccountDelivery,
  DeadDelivery,
  DeliveryStatus,
  FailingDelivery,
  NotificationChannel,
} from '../../types.ts';
import type { AnyTopic, Repetition } from '../topic/define-topic.ts';
import { canonicalLocale, canonicalTimeZone } from '../topic/locale.ts';
import { DeliveryModel, type DeliveryDocument } from './store/delivery-model.ts';

/** Purpose under which payloads are encrypted. */
export const PAYLOAD_PURPOSE = 'notification payload';

/** A delivery to be queued. */
export interface NewDelivery {
  readonly accountId: string;
  readonly channel: NotificationChannel;
  readonly topic: AnyTopic;
  /** E-mail address or E.164 number; empty for push, whose recipients are looked up. */
  readonly recipient: string;
  readonly data: object;
  readonly distinctBy?: string | undefined;
  /** Whether the account has proved the recipient. Default: false. */
  readonly isProved?: boolean | undefined;
  /** Default: after the topic's lifetime. */
  readonly expiresAt?: Date | undefined;
  /** The recipient's; any text. */
  readonly locale?: string | undefined;
  readonly timeZone?: string | undefined;
  /** Default: false. */
  readonly isWithheld?: boolean | undefined;
}

/** Longer than any address; what an earlier backend stored may be longer still. */
const MAXIMUM_RECIPIENT_LENGTH = 320;

/**
 * The encrypted part of a delivery. A worker of another version leaves out what it does not know.
 */
export interface DeliveryPayload extends Pick<
  NewDelivery,
  'recipient' | 'data' | 'locale' | 'timeZone' | 'isProved'
> {
  /** Who caused a notice that is held, for the budget when it is due. */
  readonly source?: string | undefined;
}

/** A delivery that a worker has leased. */
export interface LeasedDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly channel: NotificationChannel;
  readonly topic: string;
  /** Includes this one. */
  readonly attempts: number;
  /** The next lease has another, which invalidates this one. */
  readonly leaseId: string | null;
  readonly expiresAt: Date;
  /** How often it happened and since when, if the delivery sums up notices. */
  readonly repetition: Repetition | undefined;
  /** Set if it is a notice that was held. */
  readonly noticeKey?: string | undefined;
  readonly encryptedPayload: Uint8Array;
  /** Push subscriptions that received it in an earlier attempt. */
  readonly deliveredTo: readonly string[];
}

/** A notice that was held, and is due. */
export interface HeldNotice extends LeasedDelivery {
  readonly noticeKey: string;
}

export function isHeldNotice(delivery: LeasedDelivery): delivery is HeldNotice {
  return delivery.noticeKey !== undefined;
}

export function encryptPayload(
  { recipient, data, locale = '', timeZone = '', isProved, source }: DeliveryPayload,
  secretKey: SecretKey,
): Buffer {
  const payload: DeliveryPayload = {
    recipient,
    data,
    locale: canonicalLocale(locale),
    timeZone: canonicalTimeZone(timeZone),
    isProved,
    source,
  };
  return secretKey.encrypt(PAYLOAD_PURPOSE, Buffer.from(JSON.stringify(payload)));
}

/** `undefined` if no known secret key decrypts it. */
export function findPayload(
  { encryptedPayload }: Pick<LeasedDelivery, 'encryptedPayload'>,
  secretKey: SecretKey,
): DeliveryPayload | undefined {
  try {
    const decrypted = secretKey.decrypt(PAYLOAD_PURPOSE, encryptedPayload);
    return JSON.parse(decrypted.toString()) as DeliveryPayload;
  } catch {
    return undefined;
  }
}

/** @throws MalformedDocumentError if the document is not a delivery */
export function convertDeliveryBsonToLeasedDelivery(row: DeliveryDocument): LeasedDelivery {
  const { times, createdAt: since, noticeKey, ...delivery } = DeliveryModel.fromBson(row);
  const { id, accountId, channel, topic, attempts, expiresAt, deliveredTo } = delivery;
  if (parseObjectId(id) === undefined) {
    throw new MalformedDocumentError(DeliveryModel.getCollectionName(), id, '_id is not an id');
  }
  return {
    id,
    accountId,
    channel,
    topic,
    attempts,
    leaseId: row.lease_id ?? null,
    expiresAt,
    deliveredTo,
    repetition: times === undefined ? undefined : { times, since },
    noticeKey: noticeKey ?? undefined,
    encryptedPayload: DeliveryModel.payloadOf(row),
  };
}

/** @throws MalformedDocumentError if the document is not a delivery */
export function convertDeliveryBsonToDeadDelivery(bson: object): DeadDelivery {
  const { id, accountId, channel, topic, attempts, lastError, createdAt, expiresAt } =
    DeliveryModel.fromBson(bson);
  return { id, accountId, channel, topic, attempts, lastError, createdAt, expiresAt };
}

/** @throws MalformedDocumentError if the document is not a delivery */
export function convertDeliveryBsonToFailingDelivery(bson: object): FailingDelivery {
  const { nextAttemptAt } = DeliveryModel.fromBson(bson);
  return { ...convertDeliveryBsonToDeadDelivery(bson), nextAttemptAt };
}

/** @throws MalformedDocumentError if the document is not a delivery */
export function convertDeliveryBsonToAccountDelivery(bson: object): AccountDelivery {
  const { id, channel, topic, status, attempts, lastError, createdAt, updatedAt } =
    DeliveryModel.fromBson(bson);
  const known = status as DeliveryStatus;
  return { id, channel, topic, status: known, attempts, lastError, createdAt, updatedAt };
}

/** A delivery as its recipient may see it: what was sent and when, not the contents. */
export interface DeliveryExport {
  readonly channel: string;
  readonly topic: string;
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** @throws MalformedDocumentError if the document is not a delivery */
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

/** The audit record for requeuing a dead letter. */
export function replayEventOf(deliveryId: string): AuditEvent {
  return {
    resourceType: DeliveryModel.getCollectionName(),
    resourceId: deliveryId,
    action: 'update',
    changes: { status: { old: 'dead', new: 'queued' } },
  };
}

/**
 * Identical for notices of the same kind to the same recipient. One that an account has proved is
 * its own: no other account's notices are told with those. Otherwise the mailbox counts, whichever
 * accounts it is for.
 */
export function noticeKeyOf(
  { topic, channel, recipient, accountId, isProved = false }: NewDelivery,
  secretKey: SecretKey,
  ...distinction: readonly string[]
): string {
  const written = recipient.slice(0, MAXIMUM_RECIPIENT_LENGTH).normalize('NFKC').toLowerCase();
  const told = isProved ? [accountId, written] : mailboxOf(written);
  const to = recipient === '' ? accountId : told;
  return secretKey
    .hmac('notice window', JSON.stringify([topic.name, channel, to, ...distinction]))
    .toString('base64url');
}

/** The same, but for notices that are distinct: each of those has a window of its own. */
export function windowKeyOf(notice: NewDelivery, secretKey: SecretKey): string {
  const { distinctBy } = notice;
  return noticeKeyOf(notice, secretKey, ...(distinctBy === undefined ? [] : [distinctBy]));
}
