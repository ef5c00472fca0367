import { randomInt } from 'node:crypto';

import { TooManyRequestsError, type Erasure, type OperationContext } from '@org/core';
import {
  DuplicateKeyError,
  type CollectionReport,
  type NewDocument,
  type StoredSecrets,
} from '@org/core/store';

import {
  IdempotencyAnswerLostError,
  IdempotencyKeyInFlightError,
  IdempotencyKeyReusedError,
} from '../errors.ts';
import type { BeginParams, BegunRequest, KeptAnswer, RequestRun } from '../types.ts';
import type { ModuleDependencies } from './module-dependencies.ts';
import { IdempotencyKeyModel, type IdempotencyKeyDocument } from './store/idempotency-key-model.ts';
import { IdempotencyKeyRepository } from './store/idempotency-key-repository.ts';

/**
 * Far above the 10 s in which a request is answered. After a crash its key is free again then, unless
 * the request was confirmed.
 */
const LEASE_MILLISECONDS = 60_000;
const ANSWER_LIFE_MILLISECONDS = 24 * 60 * 60_000;
/** How often a place is looked for: of a sender with half of them taken, one request in 256 finds none. */
const MAXIMUM_TRIES = 8;
const RETRY_WITHOUT_PLACE_SECONDS = 60;

const KEY_PURPOSE = 'idempotency key';
const SENDER_PURPOSE = 'sender of idempotency keys';
const CONTENT_PURPOSE = 'content of an idempotent request';
const ID_PURPOSE = 'id in an idempotent request';
const ANSWER_PURPOSE = 'answer to an idempotent request';

/** Neither keys and senders nor contents and answers can be read without the secret key. */
export class IdempotencyKeyWriter {
  readonly #dependencies: ModuleDependencies;
  readonly #repository: IdempotencyKeyRepository;
  readonly #placesPerSender: number;

  constructor(dependencies: ModuleDependencies, placesPerSender: number) {
    this.#dependencies = dependencies;
    this.#repository = new IdempotencyKeyRepository(dependencies);
    this.#placesPerSender = placesPerSender;
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  get storedSecrets(): StoredSecrets {
    const { secretKey } = this.#dependencies;
    return this.#repository.storedSecrets({
      secretKey,
      field: 'encrypted_answer',
      purpose: ANSWER_PURPOSE,
    });
  }

  /**
   * Stores the key unless it is stored already: one round trip if it is new.
   *
   * @throws IdempotencyKeyInFlightError, IdempotencyAnswerLostError, IdempotencyKeyReusedError
   * @throws TooManyRequestsError if the sender has no place for one more
   */
  async begin(
    { sender, operation, key, content, ids = [] }: BeginParams,
    context: OperationContext,
  ): Promise<BegunRequest> {
    const { secretKey, clock } = this.#dependencies;
    const digests = digestsOf(
      secretKey.hmacs(KEY_PURPOSE, JSON.stringify([sender, operation, key])),
    );
    const places = secretKey.hmac(SENDER_PURPOSE, sender).toString('base64url');
    const content_digests = digestsOf(secretKey.hmacs(CONTENT_PURPOSE, content));
    for (let tries = 0; tries < MAXIMUM_TRIES; tries += 1) {
      const place = `${places}.${randomInt(this.#placesPerSender)}`;
      const expires_at = new Date(clock.now().getTime() + LEASE_MILLISECONDS);
      const document = { digests, place, content_digests, expires_at };
      const run = await this.#store(document, ids, context);
      if (run !== undefined) {
        return { run };
      }
      const answer = await this.#findAnswer(document, context);
      if (answer !== undefined) {
        return { answer };
      }
      // The key has expired, or another one has the place.
    }
    throw new TooManyRequestsError({ retryAfterSeconds: RETRY_WITHOUT_PLACE_SECONDS });
  }

  async #store(
    document: NewDocument<IdempotencyKeyDocument>,
    ids: readonly string[],
    context: OperationContext,
  ): Promise<RequestRun | undefined> {
    try {
      const { _id } = await this.#repository.insertOne(document, context);
      return {
        confirm: (transaction) => this.#confirm({ _id }, transaction),
        keep: (answer) => this.#keep({ _id }, { answer, ids }, context),
        release: async () => {
          await this.#repository.deleteOne({ _id }, context);
        },
        // If its transaction is still open, this waits for its end.
        abandon: async () => {
          await this.#repository.deleteOne({ _id, confirmed_at: { $exists: false } }, context);
        },
      };
    } catch (error) {
      if (error instanceof DuplicateKeyError) {
        return undefined;
      }
      throw error;
    }
  }

  /** Whoever removes the key at the same time conflicts with it: one of the two happens. */
  async #confirm(
    itself: Pick<IdempotencyKeyDocument, '_id'>,
    transaction: OperationContext,
  ): Promise<void> {
    const now = this.#dependencies.clock.now();
    const expires_at = new Date(now.getTime() + ANSWER_LIFE_MILLISECONDS);
    const confirmed = await this.#repository.findOneAndUpdate(
      itself,
      { $set: { confirmed_at: now, expires_at } },
      transaction,
    );
    if (confirmed === undefined) {
      throw new IdempotencyKeyInFlightError();
    }
  }

  /** Once its time is over, the key may be another request's: then there is nothing to keep. */
  async #keep(
    itself: Pick<IdempotencyKeyDocument, '_id'>,
    { answer, ids }: { readonly answer: KeptAnswer; readonly ids: readonly string[] },
    context: OperationContext,
  ): Promise<void> {
    const { secretKey, clock } = this.#dependencies;
    const concerned = new Set([...ids, ...idsIn(answer)]);
    const id_digests = [...concerned].flatMap((id) => digestsOf(secretKey.hmacs(ID_PURPOSE, id)));
    const encrypted_answer = secretKey.encrypt(ANSWER_PURPOSE, Buffer.from(JSON.stringify(answer)));
    const expires_at = new Date(clock.now().getTime() + ANSWER_LIFE_MILLISECONDS);
    await this.#repository.findOneAndUpdate(
      itself,
      { $set: { encrypted_answer, id_digests, expires_at } },
      context,
    );
  }

  /** A request in flight keeps its key: what it may do to the account is decided elsewhere. */
  async eraseAnswers(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const digests = digestsOf(this.#dependencies.secretKey.hmacs(ID_PURPOSE, accountId));
    await this.#repository.eraseMany({ id_digests: { $in: [...digests] } }, erasure, context);
  }

  /** @returns undefined if there is no such key, or no longer: what has expired gives up its place */
  async #findAnswer(
    { digests, place, content_digests }: NewDocument<IdempotencyKeyDocument>,
    context: OperationContext,
  ): Promise<KeptAnswer | undefined> {
    const filter = { $or: [{ digests: { $in: digests } }, { place }] };
    const now = this.#dependencies.clock.now();
    for (const found of await this.#repository.find(filter, context)) {
      const key = IdempotencyKeyModel.fromBson(found);
      if (key.expiresAt <= now) {
        // Only as it is: it may get its answer at this moment.
        await this.#repository.deleteOne({ _id: found._id, expires_at: key.expiresAt }, context);
      } else if (key.digests.some((digest) => digests.includes(digest))) {
        return this.#answerOf(key, content_digests);
      }
    }
    return undefined;
  }

  #answerOf(
    { contentDigests, encryptedAnswer, confirmedAt }: IdempotencyKeyModel,
    sent: readonly string[],
  ): KeptAnswer {
    if (!sent.some((digest) => contentDigests.includes(digest))) {
      throw new IdempotencyKeyReusedError();
    }
    if (encryptedAnswer === undefined) {
      const lostFrom = confirmedAt && confirmedAt.getTime() + LEASE_MILLISECONDS;
      throw lostFrom !== undefined && lostFrom <= this.#dependencies.clock.now().getTime()
        ? new IdempotencyAnswerLostError()
        : new IdempotencyKeyInFlightError();
    }
    const answer = this.#dependencies.secretKey.decrypt(ANSWER_PURPOSE, encryptedAnswer);
    return JSON.parse(answer.toString('utf8')) as KeptAnswer;
  }
}

function digestsOf(hmacs: readonly Buffer[]): readonly string[] {
  return hmacs.map((hmac) => hmac.toString('base64url'));
}

/** Every `id`, `account_id` and the like. What is no JSON has none. */
function idsIn({ body }: KeptAnswer): readonly string[] {
  const ids: string[] = [];
  const collect = (name: string, value: unknown): unknown => {
    if (typeof value === 'string' && /id$/i.test(name)) {
      ids.push(value);
    }
    return value;
  };
  try {
    JSON.parse(body, collect);
  } catch {
    return [];
  }
  return ids;
}
