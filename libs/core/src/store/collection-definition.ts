import type { CreateIndexesOptions, Document, IndexDirection } from 'mongodb';

export interface IndexDefinition {
  readonly keys: Readonly<Record<string, IndexDirection>>;
  /** `name` is required for an index that an earlier backend could have under the default name. */
  readonly options?: CreateIndexesOptions;
}

/** What a repository wants its collection to be. */
export interface CollectionDefinition {
  readonly name: string;
  /**
   * `$jsonSchema` that every document satisfies. It must allow further fields, and from version to
   * version it may only widen, so that two versions of the program can run side by side. Left out for
   * a collection whose documents a foreign library shapes: it gets no validator.
   */
  readonly schema?: Document;
  readonly indexes: readonly IndexDefinition[];
  /**
   * Changes that leave no audit record of their own, because the service records what they mean:
   * those of the named fields only (counters, stamps of last use, leases), or `everything`. Default:
   * none, so that no module can forget to record.
   */
  readonly unaudited?: 'everything' | { readonly fields: readonly string[] };
  /**
   * For personal data: the account that a document belongs to. Reads by another account, a job or a
   * worker are recorded.
   */
  readonly ownerOf?: (document: Document) => string;
}

/** A unique index that could not be built because documents already collide under it. */
export interface IndexConflict {
  readonly collectionName: string;
  readonly indexName: string;
  /** Hex ids of documents that collide, grouped by the value they share; at most ten groups. */
  readonly conflictingIds: readonly (readonly string[])[];
}

/** What {@link ApplicationRepository.onInitCollection} found. */
export interface CollectionReport {
  readonly collectionName: string;
  readonly indexConflicts: readonly IndexConflict[];
}
