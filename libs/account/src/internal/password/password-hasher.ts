import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';

import { ServiceUnavailableError, systemClock, type Clock } from '@org/core';
import pLimit, { type LimitFunction } from 'p-limit';

import type { PasswordVerifier } from '../../password-verifier.ts';
import type { PasswordHashing } from '../../types.ts';
import { compute, type Argon2Work } from './argon2-work.ts';
import { hasCpuQuota } from './cpu-quota.ts';
import { defaultPasswordVerifiers } from './foreign-verifiers.ts';
import { HashingProcess } from './hashing-process.ts';
import { isTooLongPassword, normalizePassword, normalizeWithinLimit } from './password-text.ts';
import { isVerifiableWithArgon2, type HashParameters } from './stored-hash-policy.ts';

/** By default: each keeps the memory of a hash, and what runs the process has little for it. */
const MOST_IN_PROCESS = 8;

/** For a process of hashing. */
export interface HashingEnvironment {
  readonly clock: Clock;
  readonly onDebug: (message: string) => void;
  readonly onWarning: (message: string) => void;
}

const unobserved: HashingEnvironment = {
  clock: systemClock,
  onDebug: () => undefined,
  onWarning: () => undefined,
};

/**
 * Hashes and compares passwords: here, leaving one core for everything else, or in a process that
 * gives way to everything else, and so has every core.
 */
export class PasswordHasher {
  readonly #parameters: HashParameters;
  readonly #foreignVerifiers: readonly PasswordVerifier[];
  readonly #process: HashingProcess | undefined;
  readonly #limit: LimitFunction;
  readonly #limitHere: LimitFunction;
  readonly #maximumQueueLength: number;
  readonly #decoyHash: string;

  /** @param foreignVerifiers of other programs' hashes, asked in this order */
  constructor(
    hashing: PasswordHashing = {},
    foreignVerifiers: readonly PasswordVerifier[] = defaultPasswordVerifiers,
    environment: HashingEnvironment = unobserved,
  ) {
    this.#parameters = {
      memoryCost: hashing.memoryKibibytes ?? 19_456,
      timeCost: hashing.iterations ?? 2,
      parallelism: hashing.parallelism ?? 1,
    };
    this.#foreignVerifiers = foreignVerifiers;
    const here = hashing.maximumConcurrency ?? Math.max(1, availableParallelism() - 1);
    const threads = threadsOfProcess(hashing);
    this.#process =
      threads === undefined ? undefined : new HashingProcess({ ...environment, threads });
    this.#limit = pLimit(threads ?? here);
    this.#limitHere = pLimit(here);
    this.#maximumQueueLength = hashing.maximumQueueLength ?? 64;
    this.#decoyHash = createDecoyHash(this.#parameters);
  }

  /**
   * Hashes with Argon2id (RFC 9106) into a PHC string.
   *
   * @throws ServiceUnavailableError if too many passwords are already waiting
   */
  async hash(password: string): Promise<string> {
    const normalized = normalizePassword(password);
    const encoded = await this.#queue(() =>
      this.#compute({ kind: 'hash', password: normalized, parameters: this.#parameters }),
    );
    return orderParameters(encoded as string);
  }

  /**
   * Compares with an Argon2 hash, or with another program's: then with the password as sent. With a
   * hash that nothing verifies, no hash, or a password too long for any account here, the result is
   * "wrong" after the same work: the password is always normalised and hashed.
   *
   * @param hashedPassword empty if there is no account or no password
   * @throws ServiceUnavailableError if too many passwords are already waiting
   */
  async compare(password: string, hashedPassword: string): Promise<boolean> {
    const isOfArgon2 = isVerifiableWithArgon2(hashedPassword, this.#parameters);
    const foreignVerifier = isOfArgon2 ? undefined : this.#findForeignVerifier(hashedPassword);
    if (foreignVerifier !== undefined) {
      return this.#queue(() =>
        this.#limitHere(() => foreignVerifier.verify(password, hashedPassword)),
      );
    }
    const normalized = normalizeWithinLimit(password);
    const isComparable = normalized !== undefined && isOfArgon2;
    const compared = isComparable ? hashedPassword : this.#decoyHash;
    const isRight = await this.#queue(() => this.#verify(compared, normalized ?? ''));
    return isComparable && isRight;
  }

  /** Whether a stored hash can be compared with at all. */
  isVerifiable(hashedPassword: string): boolean {
    return (
      isVerifiableWithArgon2(hashedPassword, this.#parameters) ||
      this.#findForeignVerifier(hashedPassword) !== undefined
    );
  }

  #findForeignVerifier(hashedPassword: string): PasswordVerifier | undefined {
    return this.#foreignVerifiers.find((verifier) => verifier.accepts(hashedPassword));
  }

  /** Argon2 may reject a hash whose parameters do not go together; it is compared with no work. */
  async #verify(hashedPassword: string, password: string): Promise<boolean> {
    try {
      return await this.#isRight(hashedPassword, password);
    } catch {
      await this.#isRight(this.#decoyHash, password);
      return false;
    }
  }

  async #isRight(hashedPassword: string, password: string): Promise<boolean> {
    return (await this.#compute({ kind: 'verify', password, hashedPassword })) === true;
  }

  async #compute(work: Argon2Work): Promise<string | boolean> {
    return (await this.#process?.compute(work)) ?? this.#limitHere(() => compute(work));
  }

  /**
   * Whether to replace the hash, given its password: it is another program's, or cost less than
   * the current setting. Another program's hash of a password that is too long for us stays, since
   * ours would never match.
   */
  isOutdated(hashedPassword: string, password: string): boolean {
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

  /** Ends the process of hashing, if there is one; passwords that come later are hashed here. */
  async close(): Promise<void> {
    await this.#process?.close();
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

/** How many hashes a process computes at a time; undefined if there is to be none. */
function threadsOfProcess(hashing: PasswordHashing): number | undefined {
  // What hashes spend of a quota is missing to requests, whatever the priority.
  return hashing.usesChildProcess === true && !hasCpuQuota()
    ? (hashing.maximumConcurrency ?? Math.min(availableParallelism(), MOST_IN_PROCESS))
    : undefined;
}

/**
 * Looks like a hash with these parameters and costs the same to compare; no password matches it.
 */
function createDecoyHash({ memoryCost, timeCost, parallelism }: HashParameters): string {
  const [salt, digest] = [16, 32].map((bytes) =>
    randomBytes(bytes).toString('base64').replaceAll('=', ''),
  );
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${digest}`;
}

/** argon2 sorts them by name; the reference implementation decodes only this order. */
function orderParameters(encoded: string): string {
  return encoded.replace(/\$m=(\d+),p=(\d+),t=(\d+)\$/, '$m=$1,t=$3,p=$2$');
}
