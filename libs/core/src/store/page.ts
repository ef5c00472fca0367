import type { CollationOptions, Document, Hint, Sort } from 'mongodb';

export interface FindOptions {
  /** Required to use an index with a collation. */
  readonly collation?: CollationOptions;
  readonly projection?: Document;
  readonly sort?: Sort;
  readonly skip?: number;
  readonly limit?: number;
  /** Key pattern of the index to use, if the server would not choose it. */
  readonly hint?: Hint;
}

export interface PageOptions extends Omit<FindOptions, 'limit'> {
  readonly sort: NonNullable<FindOptions['sort']>;
  readonly skip: number;
  readonly limit: number;
}

export interface Page<Stored> {
  readonly items: readonly Stored[];
  /** Documents that match the filter, on all pages. */
  readonly totalCount: number;
}

/** How to read a query's documents page by page. */
export interface PagesOptions extends Pick<FindOptions, 'sort' | 'projection' | 'hint'> {
  /** Documents per page. Default: 100. */
  readonly pageSize?: number;
}
