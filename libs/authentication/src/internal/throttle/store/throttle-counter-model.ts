import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export interface ThrottleCounterDocument extends StoredDocument {
  /** What is counted, and a hash of whose it is. */
  readonly key: string;
  /** When each use of a budget was, oldest first. */
  readonly hits?: readonly Date[];
  /** Whether the last use was within the budget. */
  readonly is_allowed?: boolean;
  /** How many logins failed in a row. */
  readonly failures?: number;
  readonly blocked_until?: Date;
  /** From when on it counts for nothing. */
  readonly expires_at: Date;
}

export class ThrottleCounterModel extends BaseModel {
  readonly key: string;
  readonly hits: readonly Date[];
  readonly isAllowed: boolean;
  readonly failures: number;
  readonly blockedUntil: Date | null;
  readonly expiresAt: Date;

  private constructor(fields: DocumentFields, { hits, is_allowed, failures }: Counts) {
    super(fields);
    this.key = fields.string('key');
    this.hits = hits ?? [];
    this.isAllowed = is_allowed ?? true;
    this.failures = failures ?? 0;
    this.blockedUntil = fields.optionalDate('blocked_until');
    this.expiresAt = fields.date('expires_at');
  }

  static getCollectionName(): string {
    return 'throttle_counters';
  }

  /** @throws MalformedDocumentError when a field is missing or has another type */
  static fromBson(bson: Counts & object): ThrottleCounterModel {
    const fields = new DocumentFields(bson, ThrottleCounterModel.getCollectionName());
    return new ThrottleCounterModel(fields, bson);
  }
}

type Counts = Pick<ThrottleCounterDocument, 'hits' | 'is_allowed' | 'failures'>;
