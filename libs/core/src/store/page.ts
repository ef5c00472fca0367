import type { CollationOptions, Document, Sort } from 'mongodb';

export interface FindOptions {
  /** Needed for an index with a collation to be used. */
  readonly collation?: CollationOptions;
  readonly projection?: Document;
  readonly sort?: Sort;
  readonly skip?: number;
  readonly limit?: number;
}

export interface PageOptions extends Omit<FindOptions, 'limit'> {
  readonly sort: NonNullable<FindOptions['sort']>;
  /** Documents to leave out first. */
  readonly skip: number;
  readonly limit: number;
}

export interface Page<Stored> {
  readonly items: readonly Stored[];
  /** Documents that match the filter, on all pages. */
  readonly totalCount: number;
}

/** How the documents of a query are read page by page. */
export interface PagesOptions extends Pick<FindOptions, 'sort' | 'projection'> {
  /** Documents of a page. Default: 100. */
  readonly pageSize?: number;
}
