import type { Clock, OperationContext } from '@org/core';
import { parseObjectId } from '@org/core/store';

import { PasswordResetTokenNotFoundError, PasswordResetTokenUnusableError } from '../../errors.ts';
import type { PasswordResetTokenParams } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { findRefusal } from './password-reset-token-util.ts';
import { PasswordResetTokenModel } from './store/password-reset-token-model.ts';
import { PasswordResetTokenRepository } from './store/password-reset-token-repository.ts';

export class PasswordResetTokenReader {
  readonly #clock: Clock;
  readonly #repository: PasswordResetTokenRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#clock = dependencies.clock;
    this.#repository = new PasswordResetTokenRepository(dependencies);
  }

  /** The account's newest token, if it is this one and may be used. */
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
      yield page
        .map((bson) => PasswordResetTokenModel.fromBson(bson))
        .map(({ createdAt, expiresAt, isUsed, emailAddress }) => ({
          created_at: createdAt,
          expires_at: expiresAt,
          is_used: isUsed,
          ...(emailAddress === undefined ? {} : { email_address: emailAddress }),
        }));
    }
  }
}

const NEWEST_FIRST = { created_at: -1, _id: -1 } as const;
