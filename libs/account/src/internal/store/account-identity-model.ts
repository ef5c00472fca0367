import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export const IDENTITY_COLLECTION = 'account_identities';

/** A name of an account, by which somebody can find it or log in to it. */
export interface AccountIdentity {
  /** `<kind>:<normalised value>`; no two accounts have the same. */
  readonly key: string;
  readonly kind: 'username' | 'phone' | 'email';
  /** As the account has it. */
  readonly value: string;
}

export interface AccountIdentityDocument extends StoredDocument<string> {
  readonly account_id: string;
  readonly kind: AccountIdentity['kind'];
  readonly value: string;
  /** When its owner proved to have it; `null` before, and for what cannot be proved. */
  readonly verified_at: Date | null;
  /**
   * Until then it is kept for its former owner, who changed it, and serves no log-in; absent while the
   * account has it.
   */
  readonly reserved_until?: Date;
}

export class AccountIdentityModel extends BaseModel {
  readonly kind: AccountIdentity['kind'];
  readonly value: string;
  readonly verifiedAt: Date | null;
  readonly reservedUntil: Date | null;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.kind = fields.string('kind') as AccountIdentity['kind'];
    this.value = fields.string('value');
    this.verifiedAt = fields.optionalDate('verified_at');
    this.reservedUntil = fields.optionalDate('reserved_until');
  }

  /** @throws MalformedDocumentError if a field is missing or has another type; it names nobody */
  static fromBson(bson: AccountIdentityDocument): AccountIdentityModel {
    // Its own id is somebody's name.
    const document = { ...bson, _id: `of account ${ownerIdOf(bson)}` };
    return new AccountIdentityModel(new DocumentFields(document, IDENTITY_COLLECTION));
  }
}

/** An identity, and the account that is to have it. */
export interface OwnedIdentity extends AccountIdentity {
  readonly accountId: string;
  readonly verifiedAt: Date | null;
  /** Until when it is only kept for the account, which no longer uses it. Default: it is in use. */
  readonly reservedUntil?: Date;
}

/** The id of the account; another program may have stored it as an ObjectId. */
export function ownerIdOf({ account_id: id }: { readonly account_id: unknown }): string {
  return String(id);
}

/** What decides about an account's identities. */
export const NAMES = {
  username: 1,
  phone_number: 1,
  phone_number_proved: 1,
  email: 1,
  email_verified: 1,
  identity_version: 1,
  updated_at: 1,
} as const;
