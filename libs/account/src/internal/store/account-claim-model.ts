import type { StoredDocument } from '@org/core/store';

/** A username or phone number that a transaction is about to give to an account. */
export interface AccountClaimDocument extends StoredDocument {
  readonly name: string;
}

export const AccountClaimModel = {
  getCollectionName(): string {
    return 'account_claims';
  },
};
