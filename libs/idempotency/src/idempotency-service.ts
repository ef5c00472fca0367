import {
  check,
  type AuditTrail,
  type Clock,
  type Erasure,
  type OperationContext,
  type SecretKey,
} from '@org/core';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';

import { IdempotencyKeyInvalidError } from './errors.ts';
import { IdempotencyKeyWriter } from './internal/idempotency-key-writer.ts';
import type { BeginParams, BegunRequest } from './types.ts';

export interface IdempotencyServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Encrypts answers, and makes the digests of keys and contents. */
  readonly secretKey: SecretKey;
  /** Default: the database's clock. */
  readonly clock?: Clock;
  /** How many keys an account, or a source, can have at a time. Default: 10,000. */
  readonly maximumKeysPerSender?: number;
}

const MAXIMUM_KEYS_PER_SENDER = 10_000;
const VISIBLE_ASCII = /^[!-~]{1,255}$/;

const checkBegin = check.parameters(
  {
    sender: check.anyText,
    operation: check.anyText,
    key: check.anyText,
    content: check.anyText,
    ids: check.optional(check.list(check.anyText)),
  },
  (message) => new IdempotencyKeyInvalidError(message),
);
const checkAccountId = check.parameters(
  { accountId: check.id },
  (message) => new IdempotencyKeyInvalidError(message),
);

/**
 * Idempotency keys: of all requests with one key, one is carried out, in any of the processes at one
 * database. Those that follow get its answer for 24 hours.
 */
export class IdempotencyService {
  readonly #writer: IdempotencyKeyWriter;

  private constructor(dependencies: IdempotencyServiceDependencies) {
    const { database, clock = database.clock } = dependencies;
    const { maximumKeysPerSender = MAXIMUM_KEYS_PER_SENDER } = dependencies;
    this.#writer = new IdempotencyKeyWriter({ ...dependencies, clock }, maximumKeysPerSender);
  }

  static create(dependencies: IdempotencyServiceDependencies): IdempotencyService {
    return new IdempotencyService(dependencies);
  }

  /** Creates this module's collection and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return this.#writer.initialize();
  }

  /** Everything this module encrypts with the secret key, to be re-encrypted when that changes. */
  get storedSecrets(): readonly StoredSecrets[] {
    return [this.#writer.storedSecrets];
  }

  /**
   * Takes a key for a request, outside of any transaction: one round trip if it is new. Whoever gets
   * a `run` carries the request out, confirms it in its transaction, and then keeps its answer,
   * releases the key, or abandons it. Without any of that, it is free after a minute.
   *
   * @throws IdempotencyKeyInvalidError unless the key has 1 to 255 visible ASCII characters
   * @throws IdempotencyKeyInFlightError if the first request has no answer yet
   * @throws IdempotencyAnswerLostError if it was confirmed, and had none within a minute
   * @throws IdempotencyKeyReusedError if it had another content
   * @throws TooManyRequestsError if the sender has as many keys as there may be
   * @throws DecryptionFailedError if no known secret key decrypts the answer
   */
  async begin(params: BeginParams, context: OperationContext): Promise<BegunRequest> {
    const checked = checkBegin(params);
    if (!VISIBLE_ASCII.test(checked.key)) {
      throw new IdempotencyKeyInvalidError(
        'Idempotency-Key must have 1 to 255 visible ASCII characters.',
      );
    }
    return this.#writer.begin(checked, context.withoutTransaction());
  }

  /**
   * Erases the answers about an account, with their keys: whoever sends such a request again has it
   * carried out anew. May be called again if interrupted.
   */
  async deleteAnswersByAccountId(
    params: { readonly accountId: string },
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.eraseAnswers(checkAccountId(params).accountId, erasure, context);
  }
}
