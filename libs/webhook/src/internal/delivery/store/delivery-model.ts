import { BaseModel, DocumentFields } from '@org/core/store';
import type { QueueDocument } from '@org/queue/store';

import type { WebhookDeliveryStatus } from '../../../types.ts';

/** An event on its way to an endpoint, and after that its entry in the log. */
export interface DeliveryDocument extends QueueDocument {
  readonly endpoint_id: string;
  readonly event: string;
  /** The event's payload. */
  readonly data: object;
  readonly published_at: Date;
  /** Whose personal data it may hold; erased with the account. */
  readonly account_id?: string;
  readonly status: WebhookDeliveryStatus;
  /** Failed attempts since it was queued, for the delay of the next one. */
  readonly failures: number;
  /** HTTP status of the last answer. */
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly finished_at?: Date;
  /** When the document is removed. */
  readonly purge_at?: Date;
}

export class DeliveryModel extends BaseModel {
  readonly endpointId: string;
  readonly event: string;
  readonly data: object;
  readonly publishedAt: Date;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  readonly failures: number;
  readonly nextAttemptAt: Date;
  readonly expiresAt: Date;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly finishedAt: Date | null;

  private constructor(fields: DocumentFields, data: object) {
    super(fields);
    this.endpointId = fields.string('endpoint_id');
    this.event = fields.string('event');
    this.data = data;
    this.publishedAt = fields.date('published_at');
    this.status = fields.string('status') as WebhookDeliveryStatus;
    this.attempts = fields.number('attempts');
    this.failures = fields.number('failures');
    this.nextAttemptAt = fields.date('next_attempt_at');
    this.expiresAt = fields.date('expires_at');
    this.lastStatus = fields.optionalNumber('last_status') ?? null;
    this.lastError = fields.optionalString('last_error');
    this.finishedAt = fields.optionalDate('finished_at');
  }

  static getCollectionName(): string {
    return 'webhook_deliveries';
  }

  /** @throws MalformedDocumentError if a field is missing or has another type */
  static fromBson(bson: object): DeliveryModel {
    const fields = new DocumentFields(bson, DeliveryModel.getCollectionName());
    fields.object('data');
    return new DeliveryModel(fields, (bson as Pick<DeliveryDocument, 'data'>).data);
  }
}
