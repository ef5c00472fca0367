import type { AnyBulkWriteOperation, Binary, Document, ObjectId } from 'mongodb';

import { DecryptionFailedError, type SecretKey } from '../secret-key.ts';
import type { Database } from './database.ts';

export interface StoredSecretsOptions {
  readonly database: Database;
  readonly secretKey: SecretKey;
  readonly collectionName: string;
  /** The field that holds what {@link SecretKey.encrypt} made. Documents without it are left alone. */
  readonly field: string;
  /** What it was encrypted for. */
  readonly purpose: string;
}

/** What the documents of a collection are encrypted with. */
export interface StoredSecretsReport {
  readonly collectionName: string;
  /** How many were looked at. */
  readonly checked: number;
  /** Readable with the previous secret key only. */
  readonly outdated: number;
  /** Readable with none of the keys that this process has. */
  readonly unreadable: number;
}

interface SecretDocument extends Document {
  readonly _id: ObjectId;
}

interface Page {
  readonly last: ObjectId | undefined;
  readonly report: Omit<StoredSecretsReport, 'collectionName'>;
  readonly updates: AnyBulkWriteOperation<SecretDocument>[];
}

const PAGE_SIZE = 200;

/** A field of a collection that is encrypted with the secret key, and follows when that changes. */
export class StoredSecrets {
  readonly #options: StoredSecretsOptions;

  constructor(options: StoredSecretsOptions) {
    this.#options = options;
  }

  /**
   * Encrypts with the current key what still lies under the previous one, page by page. It may be
   * broken off and repeated at any time, and in several processes at once. Neither times nor meaning
   * of a document change, so nothing is audited.
   *
   * @returns what it found, before it changed it
   */
  async carryOver(signal?: AbortSignal): Promise<StoredSecretsReport> {
    return this.#forEachPage(signal, async ({ updates }) => {
      if (updates.length > 0) {
        const { database, collectionName } = this.#options;
        const documents = database.collection<SecretDocument>(collectionName);
        await database.run(() => documents.bulkWrite(updates, { ordered: false }));
      }
    });
  }

  /** Counts what {@link carryOver} would change, and changes nothing. */
  async examine(signal?: AbortSignal): Promise<StoredSecretsReport> {
    return this.#forEachPage(signal, async () => {});
  }

  async #forEachPage(
    signal: AbortSignal | undefined,
    visit: (page: Page) => Promise<void>,
  ): Promise<StoredSecretsReport> {
    let report = { checked: 0, outdated: 0, unreadable: 0 };
    let last: ObjectId | undefined;
    do {
      signal?.throwIfAborted();
      const page = await this.#readPage(last);
      await visit(page);
      report = {
        checked: report.checked + page.report.checked,
        outdated: report.outdated + page.report.outdated,
        unreadable: report.unreadable + page.report.unreadable,
      };
      last = page.last;
    } while (last !== undefined);
    return { collectionName: this.#options.collectionName, ...report };
  }

  async #readPage(after: ObjectId | undefined): Promise<Page> {
    const { database, collectionName, field } = this.#options;
    const found = await database.run(() =>
      database
        .collection<SecretDocument>(collectionName)
        .find({
          [field]: { $exists: true },
          ...(after === undefined ? {} : { _id: { $gt: after } }),
        })
        .project<SecretDocument>({ [field]: 1 })
        .sort({ _id: 1 })
        .limit(PAGE_SIZE)
        .toArray(),
    );
    const updates: AnyBulkWriteOperation<SecretDocument>[] = [];
    let unreadable = 0;
    for (const { _id, [field]: sealed } of found) {
      const reencrypted = this.#reencrypt((sealed as Binary).buffer);
      if (reencrypted === 'unreadable') {
        unreadable += 1;
      } else if (reencrypted !== undefined) {
        // Unless it was renewed meanwhile.
        const filter = { _id, [field]: sealed as Binary };
        updates.push({ updateOne: { filter, update: { $set: { [field]: reencrypted } } } });
      }
    }
    const last = found.length < PAGE_SIZE ? undefined : found.at(-1)?._id;
    return {
      last,
      updates,
      report: { checked: found.length, outdated: updates.length, unreadable },
    };
  }

  #reencrypt(sealed: Uint8Array): Uint8Array | 'unreadable' | undefined {
    const { secretKey, purpose } = this.#options;
    try {
      return secretKey.reencrypt(purpose, sealed);
    } catch (error) {
      if (error instanceof DecryptionFailedError) {
        return 'unreadable';
      }
      throw error;
    }
  }
}
