import type { Actor } from '@org/core';
import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

import { readStoredContact, type StoredContact } from './contact-change-model.ts';

/** A contact that an operator wants an account to have; it is removed once another has decided. */
export interface ContactRequestDocument extends StoredDocument {
  readonly account_id: string;
  readonly new_contact: StoredContact;
  readonly requested_by: Actor;
  readonly expires_at: Date;
}

export class ContactRequestModel extends BaseModel {
  readonly accountId: string;
  readonly contact: StoredContact;
  readonly requestedBy: Actor;
  readonly expiresAt: Date;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.accountId = fields.string('account_id');
    this.contact = readStoredContact(fields.object('new_contact'));
    const requestedBy = fields.object('requested_by');
    this.requestedBy = {
      type: requestedBy.string('type'),
      id: requestedBy.optionalString('id'),
    } as Actor;
    this.expiresAt = fields.date('expires_at');
  }

  static getCollectionName(): string {
    return 'account_contact_requests';
  }

  /** @throws MalformedDocumentError if a field is missing or has another type */
  static fromBson(bson: object): ContactRequestModel {
    return new ContactRequestModel(
      new DocumentFields(bson, ContactRequestModel.getCollectionName()),
    );
  }
}
