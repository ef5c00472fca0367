import type { OperationContext } from '@org/core';
import { parseObjectId } from '@org/core/store';

import {
  AccountBadRequestError,
  AccountInvalidCredentialsError,
  AccountWithIdNotFoundError,
} from '../errors.ts';
import type { Account, AccountSearchByIdParams, AccountSearchParams } from '../types.ts';
import { AccountPolicy } from './account-policy.ts';
import { AccountUtil } from './account-util.ts';
import type { AccountDocument } from './store/account-model.ts';
import { USERNAME_COLLATION, type AccountRepository } from './store/account-repository.ts';

export interface AccountReaderDependencies {
  readonly repository: AccountRepository;
  readonly util: AccountUtil;
}

export class AccountReader {
  readonly #repository: AccountRepository;
  readonly #util: AccountUtil;

  constructor({ repository, util }: AccountReaderDependencies) {
    this.#repository = repository;
    this.#util = util;
  }

  /** @throws AccountWithIdNotFoundError when there is no active account of this id */
  async getAccountById(
    { id }: AccountSearchByIdParams,
    context: OperationContext,
  ): Promise<Account> {
    const objectId = parseObjectId(id);
    const found =
      objectId && (await this.#repository.findOne({ _id: objectId, active: true }, context));
    if (found === undefined) {
      throw new AccountWithIdNotFoundError(id);
    }
    return AccountUtil.convertAccountBsonToAccount(found);
  }

  /**
   * Compares one hash whatever it finds, so that the answer's time does not tell whether the
   * username exists.
   *
   * @throws AccountInvalidCredentialsError
   */
  async getAccountByUsernameAndPassword(
    { username, password }: AccountSearchParams,
    context: OperationContext,
  ): Promise<Account> {
    const found = await this.#findByUsername(username, context);
    const isRight =
      found === undefined || found.hashed_password === ''
        ? await this.#util.compareWithNothing(password)
        : await this.#util.comparePassword(password, found.hashed_password);
    if (found === undefined || !isRight) {
      throw new AccountInvalidCredentialsError();
    }
    return AccountUtil.convertAccountBsonToAccount(found);
  }

  async #findByUsername(
    username: string,
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    const normalized = normalizeOrUndefined(username);
    return normalized === undefined
      ? undefined
      : this.#repository.findOne({ active: true, username: normalized }, context, {
          collation: USERNAME_COLLATION,
        });
  }
}

/** A username that no account can have is looked up as one that no account has. */
function normalizeOrUndefined(username: string): string | undefined {
  try {
    return AccountPolicy.normalizeUsername(username);
  } catch (error) {
    if (error instanceof AccountBadRequestError) {
      return undefined;
    }
    throw error;
  }
}
