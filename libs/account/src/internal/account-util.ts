import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';

import {
  check,
  parseStoredPhoneNumber,
  ServiceUnavailableError,
  type PhoneNumber,
} from '@org/core';
import { argon2id, hash, verify } from 'argon2';
import pLimit, { type LimitFunction } from 'p-limit';

import type { Account, AccountForLogin, PasswordHashing } from '../types.ts';
import { AccountModel } from './store/account-model.ts';

/** In Unicode code points, after normalisation. */
export const PASSWORD_MAXIMUM_LENGTH = 128;

const BCRYPT = /^\$2[ab]\$/;
const ARGON2 = /^\$argon2(?:i|d|id)\$/;

interface HashParameters {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** Whose account it is, and where messages may reach them. */
export interface AccountOwner {
  readonly accountId: string;
  readonly firstName: string;
  readonly username: string;
  /** Normalised, however it is stored. */
  readonly phoneNumber: PhoneNumber | undefined;
  /** Whether it was seen that the number is the owner's. */
  readonly isPhoneNumberProved: boolean;
}

/** Hashes and compares passwords, as many at a time as leave a core to everything else. */
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
    this.#limit = pLimit(hashing.maximumConcurrency ?? Math.max(1, availableParallelism() - 1));
    this.#maximumQueueLength = hashing.maximumQueueLength ?? 64;
    this.#decoyHash = createDecoyHash(this.#parameters);
  }

  static convertAccountBsonToAccount(bson: object): Account {
    const { id, firstName, lastName, username, phoneNumber, createdAt, updatedAt } =
      AccountModel.fromBson(bson);
    return { id, firstName, lastName, username, phoneNumber, createdAt, updatedAt };
  }

  static convertAccountBsonToAccountForLogin(bson: object): AccountForLogin {
    const { sessionEpoch } = AccountModel.fromBson(bson);
    return { ...AccountUtil.convertAccountBsonToAccount(bson), sessionEpoch };
  }

  static convertAccountBsonToOwner(bson: object): AccountOwner {
    const { id, firstName, username, phoneNumber, isPhoneNumberProved } =
      AccountModel.fromBson(bson);
    const normalized = phoneNumber === null ? undefined : parseStoredPhoneNumber(phoneNumber);
    return { accountId: id, firstName, username, phoneNumber: normalized, isPhoneNumberProved };
  }

  /**
   * Hashes with Argon2id (RFC 9106) into a PHC string.
   *
   * @throws ServiceUnavailableError when too many hashes wait already
   */
  async hashPassword(password: string): Promise<string> {
    const encoded = await this.#queue(() =>
      hash(normalizePassword(password), { type: argon2id, ...this.#parameters }),
    );
    return orderParameters(encoded);
  }

  /**
   * Compares with an Argon2 hash, or with a bcrypt hash of an earlier backend: that one with the
   * password as it was sent, of which bcrypt reads 72 bytes. Where there is no hash of either kind, or
   * the password is too long for any account here, it is wrong after the same work: the password is
   * normalised and hashed whatever is found.
   *
   * @throws ServiceUnavailableError when too many hashes wait already
   */
  async comparePassword(password: string, hashedPassword: string): Promise<boolean> {
    if (BCRYPT.test(hashedPassword)) {
      return this.#queue(() => compareWithBcrypt(password, hashedPassword));
    }
    const normalized = normalizeWithinLimit(password);
    const isComparable = normalized !== undefined && ARGON2.test(hashedPassword);
    const compared = isComparable ? hashedPassword : this.#decoyHash;
    const isRight = await this.#queue(() => verify(compared, normalized ?? ''));
    return isComparable && isRight;
  }

  /**
   * Whether a hash is to be replaced by one of ours, now that the password that fits it is at hand. A
   * bcrypt hash of a password that is too long for us stays: ours would not be found right.
   */
  isOutdatedHash(hashedPassword: string, password: string): boolean {
    const [algorithm, version, parameters = ''] = hashedPassword.slice(1).split('$');
    const cost = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(parameters)?.[1]);
    const { memoryCost, timeCost, parallelism } = this.#parameters;
    const isCurrent =
      algorithm === 'argon2id' &&
      version === 'v=19' &&
      cost('m') >= memoryCost &&
      cost('t') >= timeCost &&
      cost('p') >= parallelism;
    return !isCurrent && !isTooLongPassword(password);
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

/** One password may be typed as different code points (NIST SP 800-63B-4, 3.1.1.2). */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/** A password in the form in which it is compared with well-known ones. */
export function foldPassword(password: string): string {
  return normalizePassword(password).toLowerCase();
}

export function isTooLongPassword(password: string): boolean {
  return normalizeWithinLimit(password) === undefined;
}

/** `undefined` for a password that is too long; one far too long is not even normalised. */
function normalizeWithinLimit(password: string): string | undefined {
  if (check.isOverlong(password, PASSWORD_MAXIMUM_LENGTH)) {
    return undefined;
  }
  const normalized = normalizePassword(password);
  return lengthOf(normalized) > PASSWORD_MAXIMUM_LENGTH ? undefined : normalized;
}

/** Length in Unicode code points. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** bcrypt is loaded when the first hash of an earlier backend is met, if ever. */
async function compareWithBcrypt(password: string, hashedPassword: string): Promise<boolean> {
  const { compare } = await import('bcrypt');
  return compare(password, hashedPassword);
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
