import type { AuditEvent } from '@org/core';

import type { WebhookDelivery, WebhookDeliveryStatus } from '../../types.ts';
import { DeliveryModel } from './store/delivery-model.ts';

export const TEST_EVENT = 'webhook.test';

export const ENDPOINT_DELETED = 'The endpoint was deleted.';

/** Something to be sent to endpoints. */
export interface WebhookEvent {
  readonly name: string;
  readonly data: object;
  readonly publishedAt: Date;
  /** Whose personal data it may hold. */
  readonly accountId?: string | undefined;
}

export function convertDeliveryBsonToDelivery(bson: object): WebhookDelivery {
  const { id, endpointId, event, status, attempts, lastStatus, lastError, createdAt, ...times } =
    DeliveryModel.fromBson(bson);
  const nextAttemptAt = status === 'queued' ? times.nextAttemptAt : null;
  const { finishedAt } = times;
  const ends = { createdAt, nextAttemptAt, finishedAt };
  return { id, endpointId, event, status, attempts, lastStatus, lastError, ...ends };
}

/** As in a personal-data export: names as on the wire. */
export function convertDeliveryBsonToExport(bson: object): object {
  const { endpointId, event, data, status, createdAt } = DeliveryModel.fromBson(bson);
  return { endpoint_id: endpointId, event, data, status, created_at: createdAt.toISOString() };
}

/** The audit record of a replay. */
export function replayEventOf(deliveryId: string, replayed: WebhookDeliveryStatus): AuditEvent {
  return {
    resourceType: DeliveryModel.getCollectionName(),
    resourceId: deliveryId,
    action: 'update',
    changes: { status: { old: replayed, new: 'queued' } },
  };
}
