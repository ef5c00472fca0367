import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';

import { ServiceUnavailableError } from '@org/core';
import { argon2id, hash, verify } from 'argon2';
import pLimit, { type LimitFunction } from 'p-limit';

import type { Account, PasswordHashing } from '../types.ts';
import { AccountModel } from './store/account-model.ts';

interface HashParameters {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** Hashes and compares passwords, as many at a time as the machine has cores. */
export class AccountUtil {
  readonly #parameters: HashParameters;
  readonly #limit: LimitFunction;
  readonly #maximumQueueLength: number;
  readonly #decoyHash: string;

  constructor(hashing: PasswordHashing = {}) {
    this.#parameters = {
      memoryCost: hashing.memoryKibibytes ?? 19_456,
      timeCost: hashing.iterations ?? 2,
      parallelism: hashing.parallelism ?? 1,
    };
    this.#limit = pLimit(hashing.maximumConcurrency ?? availableParallelism());
    this.#maximumQueueLength = hashing.maximumQueueLength ?? 64;
    this.#decoyHash = createDecoyHash(this.#parameters);
  }

  static convertAccountBsonToAccount(bson: object): Account {
    const { id, firstName, lastName, username, phoneNumber, createdAt, updatedAt } =
      AccountModel.fromBson(bson);
    return { id, firstName, lastName, username, phoneNumber, createdAt, updatedAt };
  }

  /**
   * Hashes with Argon2id (RFC 9106) into a PHC string.
   *
   * @throws ServiceUnavailableError when too many hashes wait already
   */
  async hashPassword(password: string): Promise<string> {
    const encoded = await this.#queue(() =>
      hash(normalize(password), { type: argon2id, ...this.#parameters }),
    );
    return orderParameters(encoded);
  }

  /** @throws ServiceUnavailableError when too many hashes wait already */
  async comparePassword(password: string, hashedPassword: string): Promise<boolean> {
    return this.#queue(() => verify(hashedPassword, normalize(password)));
  }

  /** Does the work of a comparison where there is nothing to compare with, so that time tells nothing. */
  async compareWithNothing(password: string): Promise<false> {
    await this.comparePassword(password, this.#decoyHash);
    return false;
  }

  async #queue<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#limit.pendingCount >= this.#maximumQueueLength) {
      throw new ServiceUnavailableError({
        message: 'Too many passwords are being checked at the moment. Please try again later.',
      });
    }
    return this.#limit(work);
  }
}

/** Looks like a hash of these parameters and costs the same to compare with; no password fits it. */
function createDecoyHash({ memoryCost, timeCost, parallelism }: HashParameters): string {
  const [salt, digest] = [16, 32].map((bytes) =>
    randomBytes(bytes).toString('base64').replaceAll('=', ''),
  );
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${digest}`;
}

/** argon2 orders them by name; the reference implementation decodes none but this order. */
function orderParameters(encoded: string): string {
  return encoded.replace(/\$m=(\d+),p=(\d+),t=(\d+)\$/, '$m=$1,t=$3,p=$2$');
}

/** One password may be typed as different code points (NIST SP 800-63B-4, 3.1.1.2). */
function normalize(password: string): string {
  return password.normalize('NFKC');
}
