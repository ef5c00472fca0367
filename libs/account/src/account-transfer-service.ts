import { ServiceUnavailableError, type OperationContext } from '@org/core';

import type { CompleteDependencies } from './internal/account-dependencies.ts';
import * as given from './internal/account-parameters.ts';
import type { AccountWriter } from './internal/account-writer.ts';
import type { PasswordHasher } from './internal/password/password-hasher.ts';
import { exportLines } from './internal/transfer/account-export.ts';
import { AccountImport, type NumberedLine } from './internal/transfer/account-import.ts';
import type { ImportedBatch } from './internal/transfer/imported-batch.ts';

export type {
  ImportedBatch,
  LineRefusal,
  LineRefusalCode,
} from './internal/transfer/imported-batch.ts';

/** Lines that one transaction imports at most: many, since each waits for the disk. */
const BATCH_SIZE = 2_000;
const BATCH_BYTES = 4 * 1024 * 1024;

export interface ImportAccountsParams {
  /** Each line's bytes, without its line break. Of one longer than 1 MiB, more than that is enough. */
  readonly lines: AsyncIterable<Uint8Array>;
  /** Checks each line as an import would, and stores none. Default: false. */
  readonly isDryRun?: boolean | undefined;
  /**
   * Waits before a batch is tried again for which the database was unavailable, or locked by an
   * import that was killed; throws to end the import. Default: it ends.
   */
  readonly beforeRetry?: ((error: ServiceUnavailableError) => Promise<void>) | undefined;
}

export interface ExportAccountsParams {
  /** Default: false, so that the exported accounts have no passwords. */
  readonly withHashes?: boolean | undefined;
}

interface TransferDependencies extends CompleteDependencies {
  readonly hasher: PasswordHasher;
  readonly writer: AccountWriter;
}

type StoreBatch = (batch: readonly NumberedLine[]) => Promise<ImportedBatch>;

/** Moves accounts between databases, and in from other programs. Part of an AccountService. */
export class AccountTransferService {
  readonly #dependencies: TransferDependencies;

  constructor(dependencies: TransferDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Imports accounts, one from each line of JSON; the package's README has its fields. Never changes
   * an account. May be interrupted at any point and called again with the same lines: what is stored
   * already is counted as present. Publishes no events, asks no policy and sends no messages.
   *
   * Keeps one batch of lines in memory; a dry run also every id and name.
   *
   * @returns the batches, each once it is committed: read them to the end
   * @throws AccountBadRequestError if a parameter is none
   * @throws ServiceUnavailableError if a batch cannot be stored, unless `beforeRetry` goes on
   * @example
   * for await (const { created, refused } of accounts.transfer.importAccounts({ lines }, context)) {
   *   console.log(created, refused);
   * }
   */
  async *importAccounts(
    params: ImportAccountsParams,
    context: OperationContext,
  ): AsyncGenerator<ImportedBatch, void, undefined> {
    const { lines, isDryRun = false, beforeRetry } = given.checkImport(params);
    const accountImport = new AccountImport(this.#dependencies, isDryRun);
    const store = retried((each) => accountImport.store(each, context), beforeRetry);
    let batch: NumberedLine[] = [];
    let number = 0;
    let size = 0;
    for await (const line of lines) {
      number += 1;
      size += line.length;
      batch.push({ number, bytes: line });
      if (batch.length === BATCH_SIZE || size >= BATCH_BYTES) {
        yield await store(batch);
        batch = [];
        size = 0;
      }
    }
    if (batch.length > 0) {
      yield await store(batch);
    }
  }

  /**
   * Exports active and disabled accounts in the order of their ids, as objects that are the lines of
   * an import. Leaves out accounts whose number was never proved. Each account's read is audited.
   *
   * @returns pages of lines; an account that changes meanwhile is in one of its states
   * @throws AccountBadRequestError if a parameter is none
   */
  async *exportAccounts(
    params: ExportAccountsParams,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    const { withHashes = false } = given.checkAccountsExport(params);
    yield* exportLines(this.#dependencies, withHashes, context);
  }
}

function retried(store: StoreBatch, beforeRetry: ImportAccountsParams['beforeRetry']): StoreBatch {
  return async (batch) => {
    for (;;) {
      try {
        return await store(batch);
      } catch (error) {
        if (beforeRetry === undefined || !(error instanceof ServiceUnavailableError)) {
          throw error;
        }
        await beforeRetry(error);
      }
    }
  };
}
