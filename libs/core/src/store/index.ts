export { ApplicationRepository } from './application-repository.ts';
export { BaseModel, DocumentFields } from './base-model.ts';
export { Database } from './database.ts';
export { objectIdOf, parseObjectId } from './object-id.ts';

export type { RepositoryDependencies } from './application-repository.ts';
export type { NewDocument, StoredDocument } from './base-model.ts';
export type {
  CollectionDefinition,
  CollectionReport,
  IndexConflict,
  IndexDefinition,
} from './collection-definition.ts';
export type { DatabaseOptions } from './database.ts';
export type { Pipeline, FindOptions, UpdateOptions } from './document-collection.ts';
export type { Page, PageOptions } from './page.ts';

export { DuplicateKeyError, MalformedDocumentError, StandaloneServerError } from './errors.ts';
