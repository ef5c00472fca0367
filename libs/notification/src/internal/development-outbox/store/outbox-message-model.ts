import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

import type { NotificationChannel } from '../../../types.ts';

export interface OutboxMessageDocument extends StoredDocument {
  readonly delivery_id: string;
  /** Absent if the provider was not told whose message it is. */
  readonly account_id?: string;
  readonly channel: NotificationChannel;
  readonly recipient: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export class OutboxMessageModel extends BaseModel {
  readonly deliveryId: string;
  readonly channel: NotificationChannel;
  readonly recipient: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>> | undefined;

  private constructor(fields: DocumentFields, { headers }: Partial<OutboxMessageDocument>) {
    super(fields);
    this.deliveryId = fields.string('delivery_id');
    this.channel = fields.string('channel') as NotificationChannel;
    this.recipient = fields.string('recipient');
    this.subject = fields.optionalString('subject');
    this.text = fields.string('text');
    this.html = fields.optionalString('html');
    this.headers = headers;
  }

  static getCollectionName(): string {
    return 'development_outbox';
  }

  static fromBson(bson: object): OutboxMessageModel {
    const fields = new DocumentFields(bson, OutboxMessageModel.getCollectionName());
    return new OutboxMessageModel(fields, bson);
  }
}
