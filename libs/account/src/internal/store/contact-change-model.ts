import type { Actor } from '@org/core';
import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

/** `null` where there is none; of an e-mail address and a phone number, at most one is set. */
export interface StoredContact {
  readonly email: string | null;
  readonly phone_number: { readonly country_code: string; readonly phone_number: string } | null;
}

/** An account's change of one contact: asked for, or done. */
export interface ContactChangeDocument extends StoredDocument {
  readonly account_id: string;
  readonly kind: 'email' | 'phone';
  /**
   * `pending` until a code proves the new contact; `reversed` once the owner has undone it; `void` if
   * what was undone before took it along. It stays, since it leads to the codes of its contacts.
   */
  readonly status: 'pending' | 'done' | 'reversed' | 'void';
  /** Neither if the contact was removed. */
  readonly new_contact: StoredContact;
  /** What the account had before; only of one that is done. */
  readonly old_contact?: StoredContact;
  /** The account's when it was done, for their order. */
  readonly identity_version?: number;
  /** The account's when it was done, if the token is good in that one only. */
  readonly session_epoch?: number;
  /** SHA-256 of the token that the old contact got, base64url; absent if it got none. */
  readonly reversal_hash?: string;
  /** When nobody needs it any more: for a change that is done, until when it can be undone. */
  readonly expires_at: Date;
}

/** An account's change of one contact, as far as every one has it. */
export class ContactChangeModel extends BaseModel {
  readonly accountId: string;
  readonly kind: ContactChangeDocument['kind'];
  readonly status: ContactChangeDocument['status'];
  readonly newContact: StoredContact;
  readonly oldContact: StoredContact | undefined;
  readonly expiresAt: Date;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.accountId = fields.string('account_id');
    this.kind = fields.string('kind') as ContactChangeDocument['kind'];
    this.status = fields.string('status') as ContactChangeDocument['status'];
    this.newContact = readStoredContact(fields.object('new_contact'));
    const former = fields.optionalObject('old_contact');
    this.oldContact = former === null ? undefined : readStoredContact(former);
    this.expiresAt = fields.date('expires_at');
  }

  static getCollectionName(): string {
    return 'account_contact_changes';
  }

  /** @throws MalformedDocumentError if a field is missing or has another type */
  static fromBson(bson: object): ContactChangeModel {
    return new ContactChangeModel(new DocumentFields(bson, ContactChangeModel.getCollectionName()));
  }
}

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

/** @throws MalformedDocumentError if one of them has another type */
export function readStoredContact(contact: DocumentFields): StoredContact {
  const number = contact.optionalObject('phone_number');
  return {
    email: contact.optionalString('email'),
    phone_number: number && {
      country_code: number.string('country_code'),
      phone_number: number.string('phone_number'),
    },
  };
}

const contact = {
  bsonType: 'object',
  properties: {
    email: { bsonType: ['string', 'null'] },
    phone_number: { bsonType: ['object', 'null'] },
  },
};

export const contactChangeSchema = {
  bsonType: 'object',
  required: ['account_id', 'kind', 'status', 'new_contact', 'expires_at'],
  properties: {
    account_id: { bsonType: 'string' },
    kind: { bsonType: 'string' },
    status: { bsonType: 'string' },
    new_contact: contact,
    old_contact: contact,
    identity_version: { bsonType: 'number' },
    session_epoch: { bsonType: 'number' },
    reversal_hash: { bsonType: 'string' },
    expires_at: { bsonType: 'date' },
    created_at: { bsonType: 'date' },
    updated_at: { bsonType: 'date' },
  },
};
