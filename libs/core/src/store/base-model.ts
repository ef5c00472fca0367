import { ObjectId } from 'mongodb';

import { isCalendarTime } from '../calendar-time.ts';
import { MalformedDocumentError } from './errors.ts';

/** Fields of every stored document. Its id is an ObjectId unless it is its natural key. */
export interface StoredDocument<Id extends ObjectId | string = ObjectId> {
  readonly _id: Id;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** A stored document with an id of either kind. */
export type AnyStoredDocument = StoredDocument<ObjectId | string>;

/** A document before the repository has assigned its id and times; one from elsewhere may have some. */
export type NewDocument<Stored extends AnyStoredDocument> = Omit<Stored, keyof StoredDocument> &
  Partial<Pick<Stored, '_id' | 'created_at'>>;

/**
 * A document as a typed object. A subclass adds its fields, `static getCollectionName()` and
 * `static fromBson(document)`, which validates the stored document: another program may have
 * written it.
 */
export abstract class BaseModel {
  /** Hex form of `_id`. */
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;

  protected constructor(fields: DocumentFields) {
    this.id = fields.id;
    this.createdAt = fields.createdAt();
    this.updatedAt = fields.optionalDate('updated_at') ?? this.createdAt;
  }
}

/**
 * Reads a document's fields and rejects those of the wrong type.
 *
 * Every method throws MalformedDocumentError with the collection, id and field, never the value.
 */
export class DocumentFields {
  readonly id: string;
  readonly #document: Readonly<Record<string, unknown>>;
  readonly #collectionName: string;

  constructor(document: object, collectionName: string) {
    this.#document = document as Readonly<Record<string, unknown>>;
    this.#collectionName = collectionName;
    const id = this.#document['_id'];
    this.id = id instanceof ObjectId ? id.toHexString() : String(id);
  }

  string(name: string): string {
    const value = this.#document[name];
    return typeof value === 'string' ? value : this.#refuse(name, 'a string');
  }

  /** Empty if the field is absent or null. */
  stringOrEmpty(name: string): string {
    return this.#document[name] == null ? '' : this.string(name);
  }

  /** `byDefault` if the field is absent or null. */
  booleanOr(name: string, byDefault: boolean): boolean {
    return this.#document[name] == null ? byDefault : this.boolean(name);
  }

  /** `created_at`, or the ObjectId's time if another program left it out. */
  createdAt(): Date {
    const _id = this.#document['_id'];
    return _id instanceof ObjectId && this.#document['created_at'] == null
      ? _id.getTimestamp()
      : this.date('created_at');
  }

  boolean(name: string): boolean {
    const value = this.#document[name];
    return typeof value === 'boolean' ? value : this.#refuse(name, 'a boolean');
  }

  /** `undefined` if the field is absent or null. */
  optionalNumber(name: string): number | undefined {
    return this.#document[name] == null ? undefined : this.number(name);
  }

  number(name: string): number {
    const value = this.#document[name];
    return typeof value === 'number' ? value : this.#refuse(name, 'a number');
  }

  /** Of a year that has four digits: an answer with another would break its schema. */
  date(name: string): Date {
    const value = this.#document[name];
    return isCalendarTime(value) ? value : this.#refuse(name, 'a date');
  }

  /** `null` if the field is absent or null. */
  optionalDate(name: string): Date | null {
    return this.#document[name] == null ? null : this.date(name);
  }

  /** `null` if the field is absent or null. */
  optionalString(name: string): string | null {
    return this.#document[name] == null ? null : this.string(name);
  }

  /** Empty if the field is absent or null. */
  strings(name: string): readonly string[] {
    const value = this.#document[name] ?? [];
    const isListOfStrings =
      Array.isArray(value) && value.every((element) => typeof element === 'string');
    return isListOfStrings ? value : this.#refuse(name, 'a list of strings');
  }

  /** The fields of an embedded document; `null` if it is absent or null. */
  optionalObject(name: string): DocumentFields | null {
    return this.#document[name] == null ? null : this.object(name);
  }

  /** The fields of an embedded document. */
  object(name: string): DocumentFields {
    const value = this.#document[name];
    return isPlainObject(value)
      ? new DocumentFields({ ...value, _id: this.id }, this.#collectionName)
      : this.#refuse(name, 'an object');
  }

  bytes(name: string): Uint8Array {
    const value = this.#document[name];
    if (value instanceof Uint8Array) {
      return value;
    }
    const binary = value as { buffer?: unknown } | null | undefined;
    return binary?.buffer instanceof Uint8Array ? binary.buffer : this.#refuse(name, 'binary data');
  }

  #refuse(name: string, expected: string): never {
    throw new MalformedDocumentError(this.#collectionName, this.id, `${name} is not ${expected}`);
  }
}

/** Not an array, and none of the driver's types. */
function isPlainObject(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
