import type { StoredDocument } from '@org/core/store';

/** A name of an account, by which somebody can find it or log in to it. */
export interface AccountIdentity {
  /** `<kind>:<normalised value>`; no two accounts have the same. */
  readonly key: string;
  readonly kind: 'username' | 'phone';
  /** As the account has it. */
  readonly value: string;
}

export interface AccountIdentityDocument extends StoredDocument<string> {
  readonly account_id: string;
  readonly kind: AccountIdentity['kind'];
  readonly value: string;
  /** When its owner proved to have it; `null` before, and for what cannot be proved. */
  readonly verified_at: Date | null;
}

/** An identity, and the account that is to have it. */
export interface OwnedIdentity extends AccountIdentity {
  readonly accountId: string;
  /** Default: null. */
  readonly verifiedAt?: Date | null;
}
