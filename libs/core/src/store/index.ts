export { ApplicationRepository } from './application-repository.ts';
export { BaseModel, DocumentFields } from './base-model.ts';
export { findForeignValidators } from './collection-initialization.ts';
export { Database } from './database.ts';
export { DatabaseClock } from './database-clock.ts';
export { DocumentQuota } from './document-quota.ts';
export { createIndexes, dropIndexes } from './index-initialization.ts';
export {
  createObjectId,
  objectIdOf,
  parseObjectId,
  representationsOf,
  withId,
} from './object-id.ts';
export { StoredSecrets } from './stored-secrets.ts';

export type { RepositoryDependencies } from './application-repository.ts';
export type { NewDocument, StoredDocument } from './base-model.ts';
export type {
  CollectionDefinition,
  CollectionReport,
  IndexConflict,
  IndexDefinition,
} from './collection-definition.ts';
export type { DatabaseOptions } from './database.ts';
export type { DatabaseClockOptions } from './database-clock.ts';
export type { DocumentQuotaOptions } from './document-quota.ts';
export type { FindOptions, Page, PageOptions, PagesOptions } from './page.ts';
export type { Pipeline } from './readable-repository.ts';
export type { UpdateOptions } from './writable-repository.ts';
export type { StoredSecretsOptions, StoredSecretsReport } from './stored-secrets.ts';

export {
  DuplicateKeyError,
  isUnavailable,
  MalformedDocumentError,
  MissingPrivilegeError,
  StandaloneServerError,
  transactionConflict,
  UnusableCollectionError,
} from './errors.ts';
