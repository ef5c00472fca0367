import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

const NUMBERS = ['int', 'long', 'double', 'decimal'];
const LATEST = new Date('9000-01-01');

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
    this.hits = datesIn(counts.hits);
    this.isAllowed = counts.is_allowed ?? true;
    this.failures = counts.failures ?? 0;
    this.pending = counts.pending ?? [];
    this.isKnownSource = counts.is_known ?? false;
    this.knownSources = sourcesIn(counts.known);
    this.blockedUntil = counts.blocked_until instanceof Date ? counts.blocked_until : null;
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

function datesIn(hits: unknown): readonly Date[] {
  return Array.isArray(hits) ? hits.filter((hit) => hit instanceof Date) : [];
}

function sourcesIn(
  known: ThrottleCounterDocument['known'] | null,
): ReadonlyMap<string, KnownSource> {
  const sources: readonly [string, KnownSource | null][] = Object.entries(known ?? {});
  return new Map(
    sources.flatMap(([name, source]) =>
      source?.last_login_at instanceof Date ? [[name, source] as const] : [],
    ),
  );
}

type Counts = Pick<
  ThrottleCounterDocument,
  'hits' | 'is_allowed' | 'failures' | 'blocked_until' | 'pending' | 'is_known' | 'known'
>;

/**
 * The first stage of every change. What another program wrote in another shape counts as nothing:
 * nobody is kept out by it.
 */
export const withoutMalformed = {
  $set: {
    created_at: keptIf(isDate('$created_at'), '$created_at'),
    hits: keptIf(is('$hits', ['array']), { $filter: { input: '$hits', cond: isDate('$$this') } }),
    failures: keptIf(is('$failures', NUMBERS), '$failures'),
    blocked_until: keptIf(isDate('$blocked_until'), '$blocked_until'),
    pending: keptIf(is('$pending', ['array']), {
      $filter: { input: '$pending', cond: isDate('$$this.until') },
    }),
    known: keptIf(is('$known', ['object']), {
      $arrayToObject: {
        $filter: { input: { $objectToArray: '$known' }, cond: isSource('$$this.v') },
      },
    }),
  },
};

function isSource(source: string): object {
  const pending = `${source}.pending`;
  const areDated = { $map: { input: pending, as: 'one', in: isDate('$$one.until') } };
  return {
    $and: [
      isDate(`${source}.last_login_at`),
      is(`${source}.failures`, [...NUMBERS, 'missing']),
      {
        $or: [
          isDate(`${source}.blocked_until`),
          is(`${source}.blocked_until`, ['null', 'missing']),
        ],
      },
      {
        $cond: [is(pending, ['array']), { $allElementsTrue: [areDated] }, is(pending, ['missing'])],
      },
    ],
  };
}

/** With room for what is added to it: years of five digits are no dates elsewhere. */
function isDate(field: string): object {
  return { $and: [is(field, ['date']), { $lt: [field, LATEST] }] };
}

function keptIf(condition: object, kept: unknown): object {
  return { $cond: [condition, kept, '$$REMOVE'] };
}

function is(field: string, types: readonly string[]): object {
  return { $in: [{ $type: field }, types] };
}
