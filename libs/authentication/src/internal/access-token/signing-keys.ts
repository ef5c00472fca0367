import { ServiceUnavailableError, type Clock, type OperationContext } from '@org/core';

import type { PublicJsonWebKey } from '../../types.ts';
import type { SigningKeyReader, UnreadableSigningKey } from './signing-key-reader.ts';
import type { SigningKey } from './signing-key-util.ts';
import type { SigningKeyWriter } from './signing-key-writer.ts';

export interface SigningKeysDependencies {
  readonly clock: Clock;
  readonly reader: SigningKeyReader;
  readonly writer: SigningKeyWriter;
}

/** How old the keys may be before they are read anew, so that rotations are noticed. */
const MAXIMUM_AGE_MILLISECONDS = 60_000;
/** However many unknown keys are asked for, they are read no more often than this. */
const MINIMUM_AGE_MILLISECONDS = 1_000;

/** The keys as they were read. */
interface KeySet {
  readonly byId: ReadonlyMap<string, SigningKey>;
  readonly current: SigningKey;
  /** Ids of those that the secret key does not open. */
  readonly unreadable: readonly string[];
  /** On the monotonic clock, before the read. */
  readonly readAt: number;
}

/** The signing keys of this deployment, kept in memory and read anew when they may have changed. */
export class SigningKeys {
  readonly #clock: Clock;
  readonly #reader: SigningKeyReader;
  readonly #writer: SigningKeyWriter;
  #known: KeySet | undefined;
  #reading: Promise<KeySet> | undefined;

  constructor({ clock, reader, writer }: SigningKeysDependencies) {
    this.#clock = clock;
    this.#reader = reader;
    this.#writer = writer;
  }

  /**
   * Makes the keys that are missing.
   *
   * @throws SigningKeyUnusableError if the secret key does not open a stored one
   */
  async initialize(context: OperationContext): Promise<void> {
    const { readable: keys, unreadable } = await this.#reader.getSigningKeys(context);
    for (const { error } of unreadable) {
      throw error;
    }
    for (const state of ['current', 'next'] as const) {
      if (!keys.some((key) => key.state === state)) {
        await this.#writer.createSigningKey(state, context);
      }
    }
    await this.reread(context);
  }

  /** The key that signs. */
  async getCurrent(context: OperationContext): Promise<SigningKey> {
    return (await this.#atMostOld(MAXIMUM_AGE_MILLISECONDS, context)).current;
  }

  /** What others verify our tokens with. */
  async getPublicKeys(context: OperationContext): Promise<readonly PublicJsonWebKey[]> {
    const { byId } = await this.#atMostOld(MINIMUM_AGE_MILLISECONDS, context);
    return [...byId.values()].map(({ publicJsonWebKey }) => publicJsonWebKey);
  }

  /** A key to verify with. One that is not known may have been made by another process. */
  async find(keyId: string, context: OperationContext): Promise<SigningKey | undefined> {
    const known = (await this.#atMostOld(MAXIMUM_AGE_MILLISECONDS, context)).byId.get(keyId);
    if (known !== undefined) {
      return known;
    }
    const { byId, unreadable } = await this.#atMostOld(MINIMUM_AGE_MILLISECONDS, context);
    if (unreadable.includes(keyId)) {
      // The token may well be good: its owner is not to be logged out.
      throw new ServiceUnavailableError();
    }
    return byId.get(keyId);
  }

  /** Ids of the stored keys that the secret key does not open, as known at most a minute ago. */
  async getUnreadableIds(context: OperationContext): Promise<readonly string[]> {
    return (await this.#atMostOld(MAXIMUM_AGE_MILLISECONDS, context)).unreadable;
  }

  /** Reads the keys anew, as after they were changed. */
  async reread(context: OperationContext): Promise<void> {
    await this.#read(context);
  }

  async #atMostOld(milliseconds: number, context: OperationContext): Promise<KeySet> {
    const known = this.#known;
    const age = this.#clock.monotonicMilliseconds() - (known?.readAt ?? -Infinity);
    return known !== undefined && age < milliseconds ? known : this.#readOnce(context);
  }

  async #readOnce(context: OperationContext): Promise<KeySet> {
    this.#reading ??= this.#read(context).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(context: OperationContext): Promise<KeySet> {
    const readAt = this.#clock.monotonicMilliseconds();
    const stored = await this.#reader.getSigningKeys(context.withoutTransaction());
    const keys = [...stored.readable, ...this.#stillHeld(stored.unreadable)];
    const known = {
      byId: new Map(keys.map((key) => [key.keyId, key])),
      current: this.#chooseCurrent(keys, stored.unreadable),
      unreadable: stored.unreadable.map(({ keyId }) => keyId),
      readAt,
    };
    if (readAt >= (this.#known?.readAt ?? -Infinity)) {
      this.#known = known;
    }
    return known;
  }

  /**
   * Another process has encrypted them with a secret key that is not known here. What was read before
   * is as good as ever.
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
    // Others verify with what signed here until now, as long as it is stored.
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
}
