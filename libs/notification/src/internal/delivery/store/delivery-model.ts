import { BaseModel, DocumentFields } from '@org/core/store';
import type { QueueDocument } from '@org/queue/store';
import type { Binary } from 'mongodb';

import type { DeliveryStatus, NotificationChannel } from '../../../types.ts';

/** A message on its way. */
export interface DeliveryDocument extends QueueDocument {
  readonly account_id: string;
  readonly channel: NotificationChannel;
  readonly topic: string;
  /** Recipient and data, encrypted; removed once the message has been sent or never will be. */
  readonly payload?: Binary | Uint8Array;
  readonly status: DeliveryStatus;
  /** Contains neither the recipient nor the contents. */
  readonly last_error: string | null;
  /** Push subscriptions that have received it, if it could not be sent to all of them. */
  readonly delivered_to?: readonly string[];
  readonly provider_message_id?: string;
  /** A keyed hash of the kind of notice and its recipient, while notices are summed up in it. */
  readonly notice_key?: string;
  /** How many notices it sums up. */
  readonly times?: number;
  readonly finished_at?: Date;
  /** When the document is removed. */
  readonly purge_at?: Date;
}

export class DeliveryModel extends BaseModel {
  readonly accountId: string;
  readonly channel: NotificationChannel;
  readonly topic: string;
  readonly attempts: number;
  readonly expiresAt: Date;
  readonly lastError: string;
  readonly status: string;
  readonly deliveredTo: readonly string[];
  readonly nextAttemptAt: Date;
  /** How many notices it sums up; `undefined` for a single message. */
  readonly times: number | undefined;
  readonly noticeKey: string | null;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.accountId = fields.string('account_id');
    this.channel = fields.string('channel') as NotificationChannel;
    this.topic = fields.string('topic');
    this.status = fields.string('status');
    this.attempts = fields.number('attempts');
    this.expiresAt = fields.date('expires_at');
    this.lastError = fields.stringOrEmpty('last_error');
    this.deliveredTo = fields.strings('delivered_to');
    this.nextAttemptAt = fields.date('next_attempt_at');
    this.times = fields.optionalNumber('times');
    this.noticeKey = fields.optionalString('notice_key');
  }

  static getCollectionName(): string {
    return 'notification_deliveries';
  }

  /** @throws MalformedDocumentError if a field is missing or has another type */
  static fromBson(bson: object): DeliveryModel {
    return new DeliveryModel(new DocumentFields(bson, DeliveryModel.getCollectionName()));
  }

  /** The encrypted payload. */
  static payloadOf(bson: object): Uint8Array {
    return new DocumentFields(bson, DeliveryModel.getCollectionName()).bytes('payload');
  }
}
