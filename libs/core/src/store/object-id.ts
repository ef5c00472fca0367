import { ObjectId } from 'mongodb';

const HEX_ID = /^[0-9a-f]{24}$/;

/**
 * A document's id from its hex form, or from a stored reference, which another program may have
 * written as an ObjectId; `undefined` for anything else. An id has one spelling, in lower case, since
 * references are compared as texts: HTTP and command line spell it so, by `toCanonicalId`.
 */
export function parseObjectId(hex: unknown): ObjectId | undefined {
  if (hex instanceof ObjectId) {
    return hex;
  }
  return typeof hex === 'string' && HEX_ID.test(hex)
    ? ObjectId.createFromHexString(hex)
    : undefined;
}

/** A new document's, by the database's time: lists go by ids, whatever a machine's clock says. */
export function createObjectId(now: Date): ObjectId {
  return new ObjectId(ObjectId.generate(Math.floor(now.getTime() / 1_000)));
}

/** Matches the document with this id; nothing if the text is not one. */
export function withId(hex: string): { readonly _id: ObjectId | { readonly $in: never[] } } {
  return { _id: parseObjectId(hex) ?? { $in: [] } };
}

/** An id in every type that documents may hold it in: another program may use the other one. */
export function representationsOf(id: string): readonly (string | ObjectId)[] {
  const objectId = parseObjectId(id);
  return objectId === undefined ? [id] : [id, objectId];
}

/** A stored document's id, from its model. */
export function objectIdOf({ id }: { readonly id: string }): ObjectId {
  return ObjectId.createFromHexString(id);
}
