import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export interface ThrottleCounterDocument extends StoredDocument {
  /** What is counted, and a hash of the subject. */
  readonly key: string;
  /** The times at which a budget was used, oldest first. */
  readonly hits?: readonly Date[];
  /** Whether the last use was within the budget. */
  readonly is_allowed?: boolean;
  /** Consecutive failed logins. */
  readonly failures?: number;
  readonly blocked_until?: Date | null;
  /** Attempts in progress, with the time until which each counts. */
  readonly pending?: readonly Pending[];
  /** The account that last logged in by this name. */
  readonly account_id?: string;
  /** By digest, the sources that logged in to that account; each has its own counters. */
  readonly known?: Readonly<Record<string, KnownSource>>;
  /** Whether the last reservation was by a known source. */
  readonly is_known?: boolean;
  /** When it stops counting. */
  readonly expires_at: Date;
}

/** An attempt in progress. */
export interface Pending {
  readonly id: string;
  readonly until: Date;
}

/** A source that logged in, with its own counters. */
export interface KnownSource {
  readonly last_login_at: Date;
  readonly failures?: number;
  readonly blocked_until?: Date | null;
  readonly pending?: readonly Pending[];
}

export class ThrottleCounterModel extends BaseModel {
  readonly key: string;
  readonly hits: readonly Date[];
  readonly isAllowed: boolean;
  readonly failures: number;
  readonly blockedUntil: Date | null;
  readonly pending: readonly Pending[];
  /** Whether the last reservation was by a known source. */
  readonly isKnownSource: boolean;
  readonly knownSources: ReadonlyMap<string, KnownSource>;
  readonly expiresAt: Date;

  private constructor(fields: DocumentFields, counts: Counts) {
    super(fields);
    this.key = fields.string('key');
    this.hits = counts.hits ?? [];
    this.isAllowed = counts.is_allowed ?? true;
    this.failures = counts.failures ?? 0;
    this.pending = counts.pending ?? [];
    this.isKnownSource = counts.is_known ?? false;
    this.knownSources = new Map(Object.entries(counts.known ?? {}));
    this.blockedUntil = fields.optionalDate('blocked_until');
    this.expiresAt = fields.date('expires_at');
  }

  static getCollectionName(): string {
    return 'throttle_counters';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: Counts & object): ThrottleCounterModel {
    const fields = new DocumentFields(bson, ThrottleCounterModel.getCollectionName());
    return new ThrottleCounterModel(fields, bson);
  }
}

type Counts = Pick<
  ThrottleCounterDocument,
  'hits' | 'is_allowed' | 'failures' | 'pending' | 'is_known' | 'known'
>;
