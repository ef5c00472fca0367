import { ObjectId } from 'mongodb';

const HEX_ID = /^[0-9a-f]{24}$/i;

/** The id of a document from its hex form; `undefined` when the text is none. */
export function parseObjectId(hex: string): ObjectId | undefined {
  return HEX_ID.test(hex) ? ObjectId.createFromHexString(hex) : undefined;
}

/** The id of a document that was stored, from the model that was made of it. */
export function objectIdOf({ id }: { readonly id: string }): ObjectId {
  return ObjectId.createFromHexString(id);
}
