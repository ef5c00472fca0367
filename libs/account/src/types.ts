import type { PhoneNumber } from '@org/core';

export type {
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
} from '@org/notification';

/** An account as the rest of the system sees it; never with a password hash. */
export interface Account {
  readonly id: string;
  /** Empty when not given, as are `lastName` and `username`. */
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  readonly phoneNumber: PhoneNumber | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CreateAccountByUsernameAndPasswordParams {
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  readonly password: string;
}

export interface AccountSearchByIdParams {
  readonly id: string;
}

export interface AccountSearchParams {
  readonly username: string;
  readonly password: string;
}

/** A setting that is left out has its default. */
export interface AccountSettings {
  /**
   * In Unicode code points. Default: 8; NIST SP 800-63B-4 recommends 15 where there is no second
   * factor.
   */
  readonly passwordMinimumLength?: number;
  readonly passwordHashing?: PasswordHashing;
}

/** Cost of a password hash. Defaults are those of the OWASP Password Storage Cheat Sheet. */
export interface PasswordHashing {
  /** Default: 19,456 KiB. */
  readonly memoryKibibytes?: number;
  /** Passes over the memory. Default: 2. */
  readonly iterations?: number;
  /** Lanes. Default: 1. */
  readonly parallelism?: number;
  /** Hashes computed at the same time. Default: the number of cores. */
  readonly maximumConcurrency?: number;
  /** Hashes that may wait for their turn. Default: 64. */
  readonly maximumQueueLength?: number;
}
