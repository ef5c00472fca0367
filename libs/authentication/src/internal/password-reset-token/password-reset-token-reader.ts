import type { Clock, OperationContext } from '@org/core';
import { parseObjectId } from '@org/core/store';

import { PasswordResetTokenNotFoundError, PasswordResetTokenUnusableError } from '../../errors.ts';
import type { PasswordResetTokenParams } from '../../types.ts';
import { findRefusal } from './password-reset-token-util.ts';
import { PasswordResetTokenModel } from './store/password-reset-token-model.ts';
import type { PasswordResetTokenRepository } from './store/password-reset-token-repository.ts';

export interface PasswordResetTokenReaderDependencies {
  readonly clock: Clock;
  readonly repository: PasswordResetTokenRepository;
}

export class PasswordResetTokenReader {
  readonly #clock: Clock;
  readonly #repository: PasswordResetTokenRepository;

  constructor({ clock, repository }: PasswordResetTokenReaderDependencies) {
    this.#clock = clock;
    this.#repository = repository;
  }

  /**
   * The account's newest token, if it is this one and serves.
   *
   * @throws PasswordResetTokenNotFoundError when the account has never asked for one
   * @throws PasswordResetTokenUnusableError when it does not serve
   */
  async getUsablePasswordResetToken(
    { accountId, token }: PasswordResetTokenParams,
    context: OperationContext,
  ): Promise<PasswordResetTokenModel> {
    const account = parseObjectId(accountId);
    const found =
      account && (await this.#repository.findOne({ account }, context, { sort: NEWEST_FIRST }));
    if (found === undefined) {
      throw new PasswordResetTokenNotFoundError();
    }
    const newest = PasswordResetTokenModel.fromBson(found);
    const refusal = findRefusal(newest, token, this.#clock.now());
    if (refusal !== undefined) {
      throw new PasswordResetTokenUnusableError(refusal, accountId);
    }
    return newest;
  }

  /** When the account's tokens were made and until when they serve or served, newest first. */
  async *findPasswordResetTokensByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly PasswordResetTokenModel[], void, undefined> {
    const account = parseObjectId(accountId);
    if (account === undefined) {
      return;
    }
    for await (const page of this.#repository.findInPages({ account }, context, {
      sort: NEWEST_FIRST,
    })) {
      yield page.map((bson) => PasswordResetTokenModel.fromBson(bson));
    }
  }
}

const NEWEST_FIRST = { created_at: -1, _id: -1 } as const;
