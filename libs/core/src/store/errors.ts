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
} from 'mongodb';

import { ServiceUnavailableError } from '../errors.ts';

/** A write that a unique index refused. Modules turn it into an error of their own. */
export class DuplicateKeyError extends Error {
  /** The fields of the index that refused, such as `['username']`. */
  readonly fields: readonly string[];

  constructor(fields: readonly string[], cause: unknown) {
    super(`A document with the same ${fields.join(', ')} exists.`, { cause });
    this.name = new.target.name;
    this.fields = fields;
  }
}

/** A stored document that lacks what its model needs, or holds another type there. */
export class MalformedDocumentError extends Error {
  constructor(collectionName: string, id: string, problem: string) {
    super(`Document ${id} in ${collectionName}: ${problem}.`);
    this.name = new.target.name;
  }
}

/** The MongoDB server is neither part of a replica set nor of a sharded cluster. */
export class StandaloneServerError extends Error {
  constructor() {
    super(
      'This MongoDB runs alone, and transactions need a replica set; one of a single node will do. ' +
        'Start mongod with --replSet and call rs.initiate() once.',
    );
    this.name = new.target.name;
  }
}

/** What has the name of a collection of ours is nothing that documents can be kept in. */
export class UnusableCollectionError extends Error {
  constructor(collectionName: string, kind: string) {
    super(
      `${collectionName} is ${kind} there, and has to be an ordinary collection. Rename it, or use another database.`,
    );
    this.name = new.target.name;
  }
}

const DUPLICATE_KEY = 11000;

/** Server error codes that say "not now" rather than "not like this". */
const UNAVAILABLE_CODES = new Set<unknown>([
  6, // HostUnreachable
  7, // HostNotFound
  50, // MaxTimeMSExpired
  64, // WriteConcernTimeout
  89, // NetworkTimeout
  91, // ShutdownInProgress
  112, // WriteConflict, left over after retries
  133, // FailedToSatisfyReadPreference
  189, // PrimarySteppedDown
  202, // NetworkInterfaceExceededTimeLimit
  262, // ExceededTimeLimit
  9001, // SocketException
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
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

/** The pool's own errors are not exported by the driver; these are their names. */
const UNAVAILABLE_NAMES = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
]);

const UNAVAILABLE_SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/**
 * Turns the driver's errors into those that this package promises: {@link DuplicateKeyError} and
 * ServiceUnavailableError. Anything else is returned as it is.
 */
export function translateDriverError(error: unknown): unknown {
  if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) {
    return new DuplicateKeyError(
      Object.keys((error['keyPattern'] as object | undefined) ?? {}),
      error,
    );
  }
  return isUnavailable(error) ? new ServiceUnavailableError({ cause: error }) : error;
}

/** Whether the database could not be reached or refused to work at the moment. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof MongoError)) {
    // The driver lets some errors of its socket pass as they are.
    return UNAVAILABLE_SOCKET_CODES.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');
  }
  return (
    UNAVAILABLE_CLASSES.some((unavailable) => error instanceof unavailable) ||
    UNAVAILABLE_NAMES.has(error.name) ||
    UNAVAILABLE_CODES.has(error.code) ||
    // What the server refuses has a code; without one the connection was lost.
    (error instanceof MongoBulkWriteError && error.code === undefined) ||
    error.hasErrorLabel('TransientTransactionError')
  );
}
