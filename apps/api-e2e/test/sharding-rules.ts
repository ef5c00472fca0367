import type { BSON } from 'mongodb';

import type { RecordedCommand } from './recording.ts';
import { SHARDING_EXCEPTIONS, type ShardingException } from './sharding-exceptions.ts';

type Document = BSON.Document;

/** The field that decides on which shard a document is, by collection; see docs/operations.md. */
export const SHARD_KEYS: Readonly<Record<string, string>> = {
  accounts: '_id',
  account_identities: '_id',
  sessions: '_id',
  tasks: 'account_id',
  audit_log: '_id',
  notification_deliveries: '_id',
};

/** What a command asks of one collection. */
interface Request {
  readonly filter: Document;
  /** A write of one document: MongoDB before 7 sends it to no shard but the one that its key names. */
  readonly isSingle?: boolean;
  readonly update?: unknown;
  readonly collation?: Document | undefined;
}

/** A statement of an update or delete, as MongoDB names its parts. */
interface Write {
  readonly q: Document;
  readonly u?: unknown;
  readonly collation?: Document;
  readonly multi?: boolean;
  readonly upsert?: boolean;
  readonly limit?: number;
}

/** Cursors, and what is done on every shard. */
const WITHOUT_FILTER = new Set([
  ...['getMore', 'killCursors', 'listIndexes'],
  ...['create', 'collMod', 'drop', 'dropIndexes'],
]);

/**
 * Why a sharded cluster would refuse a command, or ask all its shards without need. Names commands
 * and fields, but no values.
 */
export function findShardingViolations(
  { name, command }: RecordedCommand,
  exceptions: readonly ShardingException[] = SHARDING_EXCEPTIONS,
): readonly string[] {
  const { [name]: named } = command as Readonly<Record<string, unknown>>;
  const collection = typeof named === 'string' ? named : '';
  const key = SHARD_KEYS[collection];
  const problems = key === undefined ? [] : findProblems({ name, command }, key);
  const requests = key === undefined ? [] : (requestsOf({ name, command }) ?? []);
  const ofCollection = exceptions.filter((each) => each.collection === collection);
  return [
    ...problems,
    ...requests.flatMap((request) => findRequestProblems(request, key ?? '', ofCollection)),
    ...joinedBy(command).flatMap((join) => findJoinProblems(join, isInTransaction(command))),
  ].map((problem) => `${name} ${collection}: ${problem}`);
}

/** Of the command as a whole. */
function findProblems({ name, command }: RecordedCommand, key: string): readonly string[] {
  switch (name) {
    case 'insert': {
      const documents = command['documents'] as readonly Document[];
      return documents.every((document) => key in document) ? [] : [`a document has no ${key}`];
    }
    case 'createIndexes': {
      const indexes = command['indexes'] as readonly Document[];
      return indexes
        .filter(
          ({ unique, key: keys }) => unique === true && Object.keys(keys as object)[0] !== key,
        )
        .map((index) => `the unique index ${String(index['name'])} does not begin with ${key}`);
    }
    case 'distinct':
      return isInTransaction(command) ? ['not in a transaction'] : [];
    default: {
      const isKnown = WITHOUT_FILTER.has(name) || requestsOf({ name, command }) !== undefined;
      return isKnown ? [] : ['no rule knows this command'];
    }
  }
}

/** @returns `undefined` of a command that is no such request */
function requestsOf({ name, command }: RecordedCommand): readonly Request[] | undefined {
  const { filter, query, collation } = command as Readonly<Record<string, Document | undefined>>;
  switch (name) {
    case 'find':
    case 'count':
    case 'distinct':
    case 'findAndModify': {
      const isSingle = name === 'findAndModify';
      const update: unknown = command['update'];
      return [{ filter: filter ?? query ?? {}, collation, isSingle, update }];
    }
    case 'aggregate': {
      const [first = {}] = command['pipeline'] as readonly Document[];
      return [{ filter: (first['$match'] as Document | undefined) ?? first, collation }];
    }
    case 'update':
      return (command['updates'] as readonly Write[]).map(({ q, u, collation, multi, upsert }) => ({
        ...{ filter: q, collation, update: u },
        isSingle: multi !== true || upsert === true,
      }));
    case 'delete':
      return (command['deletes'] as readonly Write[]).map(({ q, collation, limit }) => ({
        ...{ filter: q, collation },
        isSingle: limit === 1,
      }));
    default:
      return undefined;
  }
}

function findRequestProblems(
  { filter, isSingle = false, update, collation }: Request,
  key: string,
  exceptions: readonly ShardingException[],
): readonly string[] {
  const fields = fieldsOf(filter);
  const shape = `{ ${fields.join(', ')} }`;
  const changing = changesKey(update, key) ? [`changes ${key}`] : [];
  // Shards are found by the exact value.
  if (collation === undefined && hasKey(filter, key, isSingle)) {
    return changing;
  }
  if (isSingle) {
    return [...changing, `writes one document by ${shape}, without a value of ${key}`];
  }
  const isExcepted = exceptions.some(({ filters }) =>
    filters.some((allowed) => allowed.join() === fields.join()),
  );
  return isExcepted ? changing : [...changing, `asks every shard by ${shape}, without ${key}`];
}

/** All fields that a filter names, also in its alternatives. */
function fieldsOf(filter: Document): readonly string[] {
  const names = Object.entries(filter).flatMap(([name, value]) =>
    LOGICAL.has(name) ? (value as readonly Document[]).flatMap(fieldsOf) : [name],
  );
  return [...new Set(names)].sort();
}

const LOGICAL = new Set(['$and', '$or', '$nor']);

/** Whether every match has one of a few values of the key; of a single write, one. */
function hasKey(filter: Document, key: string, isSingle: boolean): boolean {
  const { $and = [], $or = [] } = filter as Readonly<Record<string, readonly Document[]>>;
  return (
    isFewValues(filter[key], isSingle) ||
    $and.some((part) => hasKey(part, key, isSingle)) ||
    (!isSingle && $or.length > 0 && $or.every((part) => hasKey(part, key, false)))
  );
}

function isFewValues(condition: unknown, isSingle: boolean): boolean {
  if (condition === undefined || condition instanceof RegExp) {
    return false;
  }
  if (condition === null || Object.getPrototypeOf(condition) !== Object.prototype) {
    return true;
  }
  const operators = Object.keys(condition);
  const isValue = operators.every((name) => !name.startsWith('$')) || operators.includes('$eq');
  return isValue || (!isSingle && operators.includes('$in'));
}

/** By operators or by a pipeline. */
function changesKey(update: unknown, key: string): boolean {
  return [update].flat().some((stage) =>
    Object.entries((stage ?? {}) as Document).some(([operator, fields]) => {
      const changed = (Object(fields) as Document)[key] as unknown;
      return operator !== '$setOnInsert' && changed !== undefined && changed !== `$${key}`;
    }),
  );
}

interface Join {
  readonly stage: string;
  readonly from: string;
  readonly by: unknown;
}

/** Joins of any depth, into sharded collections. */
function joinedBy(value: unknown): readonly Join[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([stage, each]: [string, unknown]) => {
    const { from, coll = each, foreignField: by } = Object(each) as Document;
    const joined: unknown = from ?? coll;
    const isJoin = JOINS.has(stage) && typeof joined === 'string' && joined in SHARD_KEYS;
    return [...(isJoin ? [{ stage, from: joined, by }] : []), ...joinedBy(each)];
  });
}

const JOINS = new Set(['$lookup', '$graphLookup', '$unionWith']);

function findJoinProblems({ stage, from, by }: Join, inTransaction: boolean): readonly string[] {
  const key = SHARD_KEYS[from];
  return [
    // MongoDB has that since 8.
    ...(inTransaction ? [`${stage} into ${from} in a transaction`] : []),
    ...(by === key ? [] : [`${stage} into ${from}, not by ${key}`]),
  ];
}

function isInTransaction(command: Document): boolean {
  return command['autocommit'] === false;
}
