import type { Collection, Document, ObjectId } from 'mongodb';

import type { IndexConflict, IndexDefinition } from './collection-definition.ts';

const MAXIMUM_GROUPS = 10;

/** Finds documents that collide under a unique index that could not be built. */
export async function findIndexConflict<Stored extends Document>(
  collection: Collection<Stored>,
  index: IndexDefinition,
): Promise<IndexConflict> {
  const key = Object.fromEntries(
    Object.keys(index.keys).map((field) => [field.replaceAll('.', '_'), `$${field}`]),
  );
  const groups = await collection
    .aggregate<{ ids: ObjectId[] }>(
      [
        { $match: index.options?.partialFilterExpression ?? {} },
        { $group: { _id: key, ids: { $push: '$_id' }, count: { $sum: 1 } } },
        { $match: { count: { $gt: 1 } } },
        { $limit: MAXIMUM_GROUPS },
      ],
      index.options?.collation === undefined ? {} : { collation: index.options.collation },
    )
    .toArray();
  return {
    collectionName: collection.collectionName,
    indexName: index.options?.name ?? Object.keys(index.keys).join('_'),
    conflictingIds: groups.map(({ ids }) => ids.map((id) => id.toHexString())),
  };
}
