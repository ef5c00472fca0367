import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

import type { NotificationChannel } from '../../../types.ts';

export interface OutboxMessageDocument extends StoredDocument {
  readonly delivery_id: string;
  readonly channel: NotificationChannel;
  readonly recipient: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
}

export class OutboxMessageModel extends BaseModel {
  readonly deliveryId: string;
  readonly channel: NotificationChannel;
  readonly recipient: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;

  private constructor(fields: DocumentFields, document: object) {
    super(fields);
    const { subject, html } = document as OutboxMessageDocument;
    this.deliveryId = fields.string('delivery_id');
    this.channel = fields.string('channel') as NotificationChannel;
    this.recipient = fields.string('recipient');
    this.subject = subject;
    this.text = fields.string('text');
    this.html = html;
  }

  static getCollectionName(): string {
    return 'development_outbox';
  }

  static fromBson(bson: object): OutboxMessageModel {
    const fields = new DocumentFields(bson, OutboxMessageModel.getCollectionName());
    return new OutboxMessageModel(fields, bson);
  }
}
