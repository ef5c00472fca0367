import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  type Document,
} from 'mongodb';

import { ServiceUnavailableError } from '../errors.ts';

/** A unique index rejected a write. Modules turn it into an error of their own. */
export class DuplicateKeyError extends Error {
  /** Fields of the violated index, such as `['username']`. */
  readonly fields: readonly string[];

  constructor(fields: readonly string[], cause: unknown) {
    super(`A document with the same ${fields.join(', ')} exists.`, { cause });
    this.name = new.target.name;
    this.fields = fields;
  }
}

/** A stored document lacks a field that its model needs, or has the wrong type there. */
export class MalformedDocumentError extends Error {
  readonly collectionName: string;
  readonly documentId: string;
  /** Names the field and what is wrong with it, not its value. */
  readonly problem: string;

  constructor(collectionName: string, documentId: string, problem: string) {
    super(`Document ${documentId} in ${collectionName}: ${problem}.`);
    this.name = new.target.name;
    this.collectionName = collectionName;
    this.documentId = documentId;
    this.problem = problem;
  }
}

/** The MongoDB server belongs to neither a replica set nor a sharded cluster. */
export class StandaloneServerError extends Error {
  constructor() {
    super(
      'This MongoDB runs alone, and transactions need a replica set; one of a single node will do. ' +
        'Start mongod with --replSet and call rs.initiate() once.',
    );
    this.name = new.target.name;
  }
}

/**
 * Distinguishes a standalone server from a replica set member (`setName`) and a router (`msg`).
 *
 * @throws StandaloneServerError for the first
 */
export function assertTransactionsWork(hello: Document): void {
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') {
    throw new StandaloneServerError();
  }
}

/** Something with the name of one of our collections cannot store documents. */
export class UnusableCollectionError extends Error {
  constructor(collectionName: string, kind: string) {
    super(
      `${collectionName} is ${kind} there, and has to be an ordinary collection. Rename it, or use another database.`,
    );
    this.name = new.target.name;
  }
}

/** The MongoDB user may not do what a collection needs at the start. */
export class MissingPrivilegeError extends Error {
  /** @param privilege as MongoDB names the action, such as `collMod` */
  constructor(collectionName: string, privilege: string) {
    super(
      `The MongoDB user lacks the privilege ${privilege} on ${collectionName}. ` +
        'Grant it the roles readWrite and dbAdmin on this database.',
    );
    this.name = new.target.name;
  }
}

const DUPLICATE_KEY = 11000;

/** Server error codes that mean "not now" rather than "not like this". */
const UNAVAILABLE_CODES = new Set<unknown>([
  6, // HostUnreachable
  7, // HostNotFound
  24, // LockTimeout
  43, // CursorNotFound, after another primary was elected
  46, // LockBusy
  50, // MaxTimeMSExpired
  64, // WriteConcernTimeout
  89, // NetworkTimeout
  91, // ShutdownInProgress
  112, // WriteConflict, left over after retries
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  175, // QueryPlanKilled
  189, // PrimarySteppedDown
  202, // NetworkInterfaceExceededTimeLimit
  211, // KeyNotFound, of a cluster time that a new primary cannot verify yet
  237, // CursorKilled
  246, // SnapshotUnavailable
  251, // NoSuchTransaction, because it ended with its primary
  262, // ExceededTimeLimit
  267, // PreparedTransactionInProgress
  281, // TransactionCoordinatorSteppingDown
  282, // TransactionCoordinatorReachedAbortDecision
  290, // TransactionExceededLifetimeLimitSeconds
  365, // TemporarilyUnavailable, under pressure on the cache
  462, // IngressRequestRateLimitExceeded
  9001, // SocketException
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11601, // Interrupted
  11602, // InterruptedDueToReplStateChange
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
]);

const UNAVAILABLE_CLASSES = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoClientClosedError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoTopologyClosedError,
];

/** Names of the pool's errors, which the driver does not export. */
const UNAVAILABLE_NAMES = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
]);

const UNAVAILABLE_SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** Thrown in a transaction, it makes the driver start it again, for a cause that is gone by then. */
export function transactionConflict(cause: unknown): MongoError {
  const conflict = new MongoError('The transaction is started again.', { cause: cause as Error });
  conflict.addErrorLabel('TransientTransactionError');
  return conflict;
}

/** To {@link DuplicateKeyError} or ServiceUnavailableError; any other error stays as it is. */
export function translateDriverError(error: unknown): unknown {
  if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) {
    return new DuplicateKeyError(
      Object.keys((error['keyPattern'] as object | undefined) ?? {}),
      error,
    );
  }
  return isUnavailable(error) ? new ServiceUnavailableError({ cause: error }) : error;
}

/** Whether the database was unreachable or temporarily unable to work. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof MongoError)) {
    // The driver lets some socket errors through unchanged.
    return UNAVAILABLE_SOCKET_CODES.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');
  }
  return (
    UNAVAILABLE_CLASSES.some((unavailable) => error instanceof unavailable) ||
    UNAVAILABLE_NAMES.has(error.name) ||
    UNAVAILABLE_CODES.has(error.code) ||
    // The server's rejections have a code; without one, the connection was lost.
    (error instanceof MongoBulkWriteError && error.code === undefined) ||
    error.hasErrorLabel('TransientTransactionError')
  );
}
