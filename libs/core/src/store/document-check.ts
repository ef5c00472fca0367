import { ObjectId, type Document } from 'mongodb';

import type { CollectionDefinition } from './collection-definition.ts';
import { hasCode } from './concurrent-changes.ts';
import type { Database } from './database.ts';
import { MalformedDocumentError } from './errors.ts';

/** The server's code for, among others, adding to what is not a number. */
const TYPE_MISMATCH = 14;

/**
 * The one rule for documents that another program left malformed: they are treated as missing. Each
 * one read is reported, so that an operator can repair it.
 */
export class DocumentCheck {
  readonly #database: Database;
  readonly #definition: CollectionDefinition;

  constructor(database: Database, definition: CollectionDefinition) {
    this.#database = database;
    this.#definition = definition;
  }

  /** @param projection with which the documents were read */
  withoutMalformed<Stored extends Document>(
    documents: readonly Stored[],
    projection?: Document,
  ): readonly Stored[] {
    return documents.filter((document) => this.isUsable(document, projection));
  }

  /** @param projection with which the document was read */
  isUsable(document: Document, projection?: Document): boolean {
    const malformation = this.#findMalformation(document, projection);
    if (malformation !== undefined) {
      this.#database.reportMalformedDocument(malformation);
    }
    return malformation === undefined;
  }

  /**
   * Replaces what is malformed of a document and keeps the rest.
   *
   * @param replacement has what the document needs; a field that it lacks is dropped if malformed
   * @throws MalformedDocumentError, unreported, if the replacement itself is malformed
   */
  repair<Stored extends Document>(malformed: Stored, replacement: Stored): Stored {
    this.assertUsable(replacement);
    let repaired = replacement;
    for (const [name, value] of Object.entries<unknown>(malformed)) {
      const kept = { ...repaired, [name]: value ?? (repaired[name] as unknown) ?? null };
      repaired = this.#findMalformation(kept) === undefined ? kept : repaired;
    }
    return repaired;
  }

  /** Reports an error that a malformed document caused, and throws any other. */
  reportOrThrow(error: unknown): void {
    const malformed = this.#asMalformed(error);
    if (malformed === undefined) {
      throw error;
    }
    this.#database.reportMalformedDocument(malformed);
  }

  /** @returns `undefined` if the error has another cause than a malformed document */
  #asMalformed(error: unknown): MalformedDocumentError | undefined {
    if (error instanceof MalformedDocumentError) {
      return error;
    }
    return hasCode(error, TYPE_MISMATCH)
      ? new MalformedDocumentError(this.#definition.name, 'unknown', 'a counter is not a number')
      : undefined;
  }

  #findMalformation(document: Document, projection?: Document): MalformedDocumentError | undefined {
    try {
      this.assertUsable(document, projection);
      return undefined;
    } catch (error) {
      const malformed = this.#asMalformed(error);
      if (malformed === undefined) {
        throw error;
      }
      return malformed;
    }
  }

  /** @throws MalformedDocumentError, unreported */
  assertUsable(document: Document, projection?: Document): void {
    const { fromBson } = this.#definition;
    if (fromBson === undefined) {
      return;
    }
    this.#checkId(document);
    if (!isOfNamedFields(projection)) {
      fromBson(document);
    }
  }

  #checkId({ _id }: Document): void {
    if (_id !== undefined && !(_id instanceof ObjectId)) {
      throw new MalformedDocumentError(this.#definition.name, String(_id), '_id is not an id');
    }
  }
}

/** Whether a projection names the fields to include, not those to omit. */
function isOfNamedFields(projection: Document = {}): boolean {
  return Object.values(projection).some((value) => value !== 0 && value !== false);
}
