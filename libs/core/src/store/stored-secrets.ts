import type { AnyBulkWriteOperation, Binary, Document, ObjectId } from 'mongodb';

import { DecryptionFailedError, type SecretKey } from '../secret-key.ts';
import type { Database } from './database.ts';

export interface StoredSecretsOptions {
  readonly database: Database;
  readonly secretKey: SecretKey;
  readonly collectionName: string;
  /**
   * The field that holds the result of {@link SecretKey.encrypt}. Documents without it are skipped.
   */
  readonly field: string;
  /** What it was encrypted for. */
  readonly purpose: string;
}

/** Which keys a collection's documents are encrypted with. */
export interface StoredSecretsReport {
  readonly collectionName: string;
  /** Number of documents examined. */
  readonly checked: number;
  /** Readable only with the previous secret key. */
  readonly outdated: number;
  /** Readable with none of this process's keys. */
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

/**
 * A field of a collection that is encrypted with the secret key, and re-encrypted when the key
 * changes.
 */
export class StoredSecrets {
  readonly #options: StoredSecretsOptions;

  constructor(options: StoredSecretsOptions) {
    this.#options = options;
  }

  /**
   * Re-encrypts values under the previous key with the current one, page by page. It may be
   * interrupted and repeated at any time, and run in several processes at once. Neither a
   * document's times nor its meaning change, so nothing is audited.
   *
   * @returns what it found before the change
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
        // Unless it has been replaced meanwhile.
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
