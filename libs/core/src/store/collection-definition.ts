import type { InitializedCollection } from '../module-manifest.ts';
import type { CreateIndexesOptions, Document, IndexDirection } from 'mongodb';

export interface IndexDefinition {
  readonly keys: Readonly<Record<string, IndexDirection>>;
  /** `name` is required if an earlier backend may have created the index by its default name. */
  readonly options?: CreateIndexesOptions;
}

export interface CollectionDefinition {
  readonly name: string;
  /**
   * `$jsonSchema` that every document satisfies. It must allow additional fields, and new versions
   * may only widen it, so that two versions of the program can run side by side. Omit it for a
   * collection whose documents a third-party library shapes: it gets no validator.
   */
  readonly schema?: Document;
  readonly indexes: readonly IndexDefinition[];
  /**
   * Changes that leave no audit record of their own, because the service records their meaning:
   * those of the named fields only (counters, last-use timestamps, leases), or `everything`.
   * Default: none, so that no module can forget to record.
   */
  readonly unaudited?: 'everything' | { readonly fields: readonly string[] };
  /** Top-level fields whose values the audit trail has as `[redacted]`. Default: none. */
  readonly redacted?: readonly string[];
  /** For personal data: whose it is. Reads by another account, a job or a worker are recorded. */
  readonly ownerOf?: (document: Document) => string;
  /**
   * Throws MalformedDocumentError for a document that the module cannot use. Reads then treat it as
   * missing, and report it. Whole documents are checked; of one read in part, only its `_id`.
   * Default: documents are not checked.
   */
  readonly fromBson?: (document: Document) => unknown;
}

/** A unique index that could not be built because existing documents collide. */
export interface IndexConflict {
  readonly collectionName: string;
  readonly indexName: string;
  /** Hex ids of colliding documents, grouped by the value they share; at most ten groups. */
  readonly conflictingIds: readonly (readonly string[])[];
}

/** Result of {@link ApplicationRepository.onInitCollection}. */
export interface CollectionReport extends InitializedCollection {
  readonly indexConflicts: readonly IndexConflict[];
}
