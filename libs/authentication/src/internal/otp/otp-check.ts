import type { OperationContext } from '@org/core';

import { OtpExpiredError, OtpIncorrectError } from '../../errors.ts';
import type { OtpReader } from './otp-reader.ts';
import type { OtpSubject } from './otp-subject.ts';
import type { OtpUtil } from './otp-util.ts';
import type { OtpWriter } from './otp-writer.ts';
import type { OtpModel } from './store/otp-model.ts';

/** How many times a code may be tried, right or wrong. */
const MAXIMUM_ATTEMPTS = 5;
/** The remaining ones are reserved for sources that the recipient has logged in from. */
const MAXIMUM_STRANGERS_ATTEMPTS = 3;

export interface OtpAttempt {
  readonly subject: OtpSubject;
  /** As the client sent it. */
  readonly typed: unknown;
  readonly isFromStranger?: boolean | undefined;
}

/** Tries codes, counting each attempt first. */
export class OtpCheck {
  readonly #reader: OtpReader;
  readonly #writer: OtpWriter;
  readonly #util: OtpUtil;

  constructor(reader: OtpReader, writer: OtpWriter, util: OtpUtil) {
    this.#reader = reader;
    this.#writer = writer;
    this.#util = util;
  }

  /**
   * Uses up a code.
   *
   * @returns the code as it was before
   * @throws OtpIncorrectError for a wrong code, a subject without one, and after the fifth attempt
   * @throws OtpExpiredError for a correct code that was used, replaced, or is too old
   */
  async use(attempt: OtpAttempt, context: OperationContext): Promise<OtpModel> {
    const { subject, typed } = attempt;
    const live = await this.#writer.countAttempt(subject, maximumAttemptsOf(attempt), context);
    if (live === undefined) {
      throw await this.#noLiveCodeError(attempt, context);
    }
    if (!this.#util.isCodeOfAny([live], subject, typed)) {
      throw await this.#wrongCodeError(attempt, context);
    }
    const isUsedUp = await this.#writer.useOtp(live, context);
    if (!isUsedUp) {
      throw new OtpExpiredError();
    }
    return live;
  }

  async #wrongCodeError(attempt: OtpAttempt, context: OperationContext): Promise<Error> {
    const newest = await this.#reader.getNewestOtps(attempt.subject, context);
    const dead = newest.filter(({ isActive }) => !isActive);
    return this.#refusalOf(dead, attempt);
  }

  /**
   * Counts the attempt at the newest code instead, so that expired codes cannot be guessed at will
   * either.
   */
  async #noLiveCodeError(attempt: OtpAttempt, context: OperationContext): Promise<Error> {
    const newest = await this.#reader.getNewestOtps(attempt.subject, context);
    const [last] = newest;
    if (last === undefined || last.isActive) {
      return new OtpIncorrectError();
    }
    const counted = await this.#writer.countAttempt(last, maximumAttemptsOf(attempt), context);
    return counted === undefined ? new OtpIncorrectError() : this.#refusalOf(newest, attempt);
  }

  /** A correct code that is no longer valid is expired, not wrong. */
  #refusalOf(dead: readonly OtpModel[], { subject, typed }: OtpAttempt): Error {
    return this.#util.isCodeOfAny(dead, subject, typed)
      ? new OtpExpiredError()
      : new OtpIncorrectError();
  }
}

/** How many attempts at a code, by anyone, may have been made before one is refused. */
function maximumAttemptsOf({ isFromStranger = false }: OtpAttempt): number {
  return isFromStranger ? MAXIMUM_STRANGERS_ATTEMPTS : MAXIMUM_ATTEMPTS;
}
