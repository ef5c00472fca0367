import type { Clock, OperationContext } from '@org/core';
import { parseObjectId } from '@org/core/store';

import { PasswordResetTokenNotFoundError, PasswordResetTokenUnusableError } from '../../errors.ts';
import type { PasswordResetTokenParams } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { exportPasswordResetToken, findRefusal } from './password-reset-token-util.ts';
import { PasswordResetTokenModel } from './store/password-reset-token-model.ts';
import { PasswordResetTokenRepository } from './store/password-reset-token-repository.ts';

export class PasswordResetTokenReader {
  readonly #clock: Clock;
  readonly #repository: PasswordResetTokenRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#clock = dependencies.clock;
    this.#repository = new PasswordResetTokenRepository(dependencies);
  }

  /**
   * The account's newest token, if it is this one and may be used.
   *
   * @throws PasswordResetTokenNotFoundError, PasswordResetTokenUnusableError
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

  /** The account's tokens for its owner, without their secrets, newest first, page by page. */
  async *exportPasswordResetTokensByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    const account = parseObjectId(accountId);
    if (account === undefined) {
      return;
    }
    const pages = this.#repository.findInPages({ account }, context, { sort: NEWEST_FIRST });
    for await (const page of pages) {
      yield page.map((bson) => exportPasswordResetToken(PasswordResetTokenModel.fromBson(bson)));
    }
  }
}

const NEWEST_FIRST = { created_at: -1, _id: -1 } as const;
