import {
  Binary,
  type AnyBulkWriteOperation,
  type Collection,
  type Document,
  type ObjectId,
} from 'mongodb';

import { DecryptionFailedError, type SecretKey } from '../secret-key.ts';
import type { Database } from './database.ts';

export interface StoredSecretsOptions {
  readonly database: Database;
  readonly secretKey: SecretKey;
  readonly collectionName: string;
  /** Holds the result of {@link SecretKey.encrypt}; documents without it are skipped. */
  readonly field: string;
  readonly purpose: string;
}

/** Which keys a collection's documents are encrypted with. */
export interface StoredSecretsReport {
  readonly collectionName: string;
  readonly checked: number;
  /** Readable only with the previous secret key. */
  readonly outdated: number;
  /** Readable with none of this process's keys. */
  readonly unreadable: number;
}

interface SecretDocument extends Document {
  readonly _id: ObjectId;
}

const PAGE_SIZE = 200;

/** An encrypted field of a collection, to be re-encrypted when the secret key changes. */
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
    return this.#examine(signal, async (updates) => {
      await this.#run((documents) => documents.bulkWrite(updates, { ordered: false }));
    });
  }

  /** Counts what {@link carryOver} would change, and changes nothing. */
  async examine(signal?: AbortSignal): Promise<StoredSecretsReport> {
    return this.#examine(signal, async () => {});
  }

  async #examine(
    signal: AbortSignal | undefined,
    change: (updates: AnyBulkWriteOperation<SecretDocument>[]) => Promise<void>,
  ): Promise<StoredSecretsReport> {
    const report = { checked: 0, outdated: 0, unreadable: 0 };
    let page: readonly SecretDocument[] = [];
    do {
      signal?.throwIfAborted();
      page = await this.#findPage(page.at(-1)?._id);
      const reencrypted = page.map((document) => this.#reencrypt(document));
      const updates = reencrypted.filter((update) => typeof update === 'object');
      if (updates.length > 0) {
        await change(updates);
      }
      report.checked += page.length;
      report.outdated += updates.length;
      report.unreadable += reencrypted.filter((update) => update === 'unreadable').length;
    } while (page.length === PAGE_SIZE);
    return { collectionName: this.#options.collectionName, ...report };
  }

  async #findPage(after: ObjectId | undefined): Promise<readonly SecretDocument[]> {
    const { field } = this.#options;
    const rest = after === undefined ? {} : { _id: { $gt: after } };
    return this.#run((documents) =>
      documents
        .find({ [field]: { $exists: true }, ...rest })
        .project<SecretDocument>({ [field]: 1 })
        .sort({ _id: 1 })
        .limit(PAGE_SIZE)
        .toArray(),
    );
  }

  async #run<Result>(
    operation: (documents: Collection<SecretDocument>) => Promise<Result>,
  ): Promise<Result> {
    const { database, collectionName } = this.#options;
    return database.run(() => operation(database.collection(collectionName)));
  }

  /** The update of an outdated value, unless it is replaced meanwhile. */
  #reencrypt(
    document: SecretDocument,
  ): AnyBulkWriteOperation<SecretDocument> | 'unreadable' | undefined {
    const { secretKey, purpose, field } = this.#options;
    const sealed: unknown = document[field];
    if (!(sealed instanceof Binary)) {
      return 'unreadable';
    }
    try {
      const value = secretKey.reencrypt(purpose, sealed.buffer);
      const filter = { _id: document._id, [field]: sealed };
      return value && { updateOne: { filter, update: { $set: { [field]: value } } } };
    } catch (error) {
      if (error instanceof DecryptionFailedError) {
        return 'unreadable';
      }
      throw error;
    }
  }
}
