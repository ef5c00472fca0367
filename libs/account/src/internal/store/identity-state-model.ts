import type { StoredDocument } from '@org/core/store';
import type { ObjectId } from 'mongodb';

export interface IdentityStateDocument extends StoredDocument<string> {
  /**
   * `complete`: every account's names are identities, which alone decide. `mixed`: an earlier version
   * stored accounts without them, and may still do so.
   */
  readonly state: 'mixed' | 'complete';
  /** The account up to which the current pass has come; `null` between passes. */
  readonly cursor: ObjectId | null;
  /** How many accounts the current or latest pass has looked at. */
  readonly accounts_seen: number;
  /** When the latest pass was through; `null` before the first. */
  readonly passed_at: Date | null;
}

export interface AccountProcessDocument extends StoredDocument<string> {
  /** Of what it does to the database. */
  readonly version: number;
  /** The state that it acts by. */
  readonly state: IdentityStateDocument['state'];
  readonly seen_at: Date;
}
