import {
  ServiceUnavailableError,
  type Clock,
  type OperationContext,
  type SecretKey,
} from '@org/core';

import { SigningKeyUnusableError } from '../../errors.ts';
import type { PublicJsonWebKey } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { convertSigningKeyBsonToSigningKey, type SigningKey } from './signing-key-util.ts';
import { SigningKeyModel } from './store/signing-key-model.ts';
import { SigningKeyRepository } from './store/signing-key-repository.ts';

/** How old the keys may be before they are reread, so that rotations are noticed. */
const MAXIMUM_AGE_MILLISECONDS = 60_000;
/** Minimum time between reads, however many unknown keys are requested. */
const MINIMUM_AGE_MILLISECONDS = 1_000;

/** A stored key that the secret key does not decrypt. */
interface UnreadableSigningKey extends Pick<SigningKey, 'keyId' | 'state'> {
  readonly error: SigningKeyUnusableError;
}

/** The keys as read. */
interface KeySet {
  readonly byId: ReadonlyMap<string, SigningKey>;
  readonly current: SigningKey;
  /** Ids of keys that the secret key does not decrypt. */
  readonly unreadable: readonly string[];
  /** On the monotonic clock, before the read. */
  readonly readAt: number;
}

/** The deployment's signing keys, cached in memory and reread when they may have changed. */
export class SigningKeyReader {
  readonly #clock: Clock;
  readonly #secretKey: SecretKey;
  readonly #repository: SigningKeyRepository;
  #known: KeySet | undefined;
  #reading: Promise<KeySet> | undefined;

  constructor(dependencies: ModuleDependencies) {
    this.#clock = dependencies.clock;
    this.#secretKey = dependencies.secretKey;
    this.#repository = new SigningKeyRepository(dependencies);
  }

  /** Every key, whatever its state. */
  async getSigningKeys(
    context: OperationContext,
  ): Promise<readonly (SigningKey | UnreadableSigningKey)[]> {
    const found = await this.#repository.find({}, context);
    return Promise.all(found.map((bson) => this.#open(bson)));
  }

  async getCurrentKey(context: OperationContext): Promise<SigningKey> {
    return (await this.#atMostOld(MAXIMUM_AGE_MILLISECONDS, context)).current;
  }

  /** The keys for others to verify our tokens with. */
  async getPublicKeys(context: OperationContext): Promise<readonly PublicJsonWebKey[]> {
    const { byId } = await this.#atMostOld(MINIMUM_AGE_MILLISECONDS, context);
    return [...byId.values()].map(({ publicJsonWebKey }) => publicJsonWebKey);
  }

  /** A key to verify with. If it is not known, another process may have created it. */
  async findKey(keyId: string, context: OperationContext): Promise<SigningKey | undefined> {
    const known = (await this.#atMostOld(MAXIMUM_AGE_MILLISECONDS, context)).byId.get(keyId);
    if (known !== undefined) {
      return known;
    }
    const { byId, unreadable } = await this.#atMostOld(MINIMUM_AGE_MILLISECONDS, context);
    if (unreadable.includes(keyId)) {
      // The token may well be valid: its owner should not be logged out.
      throw new ServiceUnavailableError();
    }
    return byId.get(keyId);
  }

  /** Ids of the stored keys that the secret key does not decrypt, as of at most a minute ago. */
  async getUnreadableIds(context: OperationContext): Promise<readonly string[]> {
    return (await this.#atMostOld(MAXIMUM_AGE_MILLISECONDS, context)).unreadable;
  }

  async #atMostOld(milliseconds: number, context: OperationContext): Promise<KeySet> {
    const known = this.#known;
    const age = this.#clock.monotonicMilliseconds() - (known?.readAt ?? -Infinity);
    return known !== undefined && age < milliseconds ? known : this.#readOnce(context);
  }

  async #readOnce(context: OperationContext): Promise<KeySet> {
    this.#reading ??= this.reread(context).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Whatever is known so far, as after a change. */
  async reread(context: OperationContext): Promise<KeySet> {
    const readAt = this.#clock.monotonicMilliseconds();
    const stored = await this.getSigningKeys(context.withoutTransaction());
    const unreadable = stored.filter((key) => 'error' in key);
    const keys = [...stored.filter((key) => 'publicKey' in key), ...this.#stillHeld(unreadable)];
    const known = {
      byId: new Map(keys.map((key) => [key.keyId, key])),
      current: this.#chooseCurrent(keys, unreadable),
      unreadable: unreadable.map(({ keyId }) => keyId),
      readAt,
    };
    if (readAt >= (this.#known?.readAt ?? -Infinity)) {
      this.#known = known;
    }
    return known;
  }

  /**
   * Another process has encrypted them with a secret key unknown to this one. Keys read earlier
   * stay valid.
   */
  #stillHeld(unreadable: readonly UnreadableSigningKey[]): readonly SigningKey[] {
    return unreadable.flatMap(({ keyId, state }) => {
      const held = this.#known?.byId.get(keyId);
      return held === undefined ? [] : [{ ...held, state }];
    });
  }

  #chooseCurrent(
    keys: readonly SigningKey[],
    unreadable: readonly UnreadableSigningKey[],
  ): SigningKey {
    const current = keys.find(({ state }) => state === 'current');
    const isUnreadable = unreadable.some(({ state }) => state === 'current');
    // Other processes still accept the former key while it is stored.
    const former = isUnreadable ? this.#known?.current : undefined;
    const chosen = current ?? keys.find(({ keyId }) => keyId === former?.keyId);
    if (chosen === undefined && isUnreadable) {
      throw new ServiceUnavailableError();
    }
    if (chosen === undefined) {
      throw new Error('There is no signing key. Initialize the authentication service first.');
    }
    return chosen;
  }

  async #open(bson: object): Promise<SigningKey | UnreadableSigningKey> {
    try {
      return await convertSigningKeyBsonToSigningKey(bson, this.#secretKey);
    } catch (error) {
      if (!(error instanceof SigningKeyUnusableError)) {
        throw error;
      }
      const { keyId, state } = SigningKeyModel.fromBson(bson);
      return { keyId, state, error };
    }
  }
}
