import type { AccountCollection } from '@org/authentication';
import { boundPhoneNumber, parsePhoneNumber, type OperationContext } from '@org/core';

import {
  AccountInvalidCredentialsError,
  AccountNotFoundError,
  AccountWithIdNotFoundError,
} from '../errors.ts';
import type {
  Account,
  AccountForLogin,
  AccountSearchByIdParams,
  AccountSearchByPhoneNumberParams,
  AccountSearchByUsernameParams,
  AccountSearchParams,
} from '../types.ts';
import { spellingsOfUsername } from './account-policy.ts';
import { AccountUtil, type AccountOwner } from './account-util.ts';
import { AccountModel, type AccountDocument } from './store/account-model.ts';
import type { AccountRepository } from './store/account-repository.ts';

export interface AccountReaderDependencies {
  readonly repository: AccountRepository;
  readonly util: AccountUtil;
}

/** An account whose password was right, and the hash that it should not keep. */
export interface AuthenticatedAccount {
  readonly account: AccountForLogin;
  /** What the password was compared with. */
  readonly comparedHash: string;
  /** Of an earlier backend, or made at less cost than is set now. */
  readonly outdatedHash: string | undefined;
}

export class AccountReader {
  readonly #repository: AccountRepository;
  readonly #util: AccountUtil;

  constructor({ repository, util }: AccountReaderDependencies) {
    this.#repository = repository;
    this.#util = util;
  }

  static describeCollection(): AccountCollection {
    return {
      name: AccountModel.getCollectionName(),
      activeField: 'active',
      sessionEpochField: 'session_epoch',
    };
  }

  /** @throws AccountWithIdNotFoundError when there is no active account of this id */
  async getAccountById(
    { id }: AccountSearchByIdParams,
    context: OperationContext,
  ): Promise<Account> {
    const found = await this.#repository.findActiveById(id, context);
    if (found === undefined) {
      throw new AccountWithIdNotFoundError(id);
    }
    return AccountUtil.convertAccountBsonToAccount(found);
  }

  async findAccountOwnerById(
    { id }: AccountSearchByIdParams,
    context: OperationContext,
  ): Promise<AccountOwner | undefined> {
    const found = await this.#repository.findActiveById(id, context);
    return found && AccountUtil.convertAccountBsonToOwner(found);
  }

  /** @throws AccountNotFoundError when no active account has the username */
  async getAccountByUsername(
    { username }: AccountSearchByUsernameParams,
    context: OperationContext,
  ): Promise<Account> {
    const found = await this.#findByUsername(username, context);
    if (found === undefined) {
      throw new AccountNotFoundError(username);
    }
    return AccountUtil.convertAccountBsonToAccount(found);
  }

  /** Looks for the number as it was sent, as an earlier backend may have stored it, then normalised. */
  async findAccountByPhoneNumber(
    { phoneNumber: given }: AccountSearchByPhoneNumberParams,
    context: OperationContext,
  ): Promise<AccountForLogin | undefined> {
    const phoneNumber = boundPhoneNumber(given);
    const asSent = await this.#repository.findActiveByPhoneNumber(phoneNumber, context);
    const normalized = asSent === undefined ? parsePhoneNumber(phoneNumber) : undefined;
    const found =
      asSent ??
      (normalized && (await this.#repository.findActiveByPhoneNumber(normalized, context)));
    return found && AccountUtil.convertAccountBsonToAccountForLogin(found);
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
  ): Promise<AuthenticatedAccount> {
    return this.#authenticate(await this.#findByUsername(username, context), password);
  }

  /** @throws AccountInvalidCredentialsError */
  async getAccountByIdAndPassword(
    { id, password }: AccountSearchByIdParams & Pick<AccountSearchParams, 'password'>,
    context: OperationContext,
  ): Promise<AuthenticatedAccount> {
    return this.#authenticate(await this.#repository.findActiveById(id, context), password);
  }

  async #authenticate(
    found: AccountDocument | undefined,
    password: string,
  ): Promise<AuthenticatedAccount> {
    const { hashed_password: hash = '' } = found ?? {};
    const isRight = await this.#util.comparePassword(password, hash);
    if (found === undefined || !isRight) {
      throw new AccountInvalidCredentialsError();
    }
    return {
      account: AccountUtil.convertAccountBsonToAccountForLogin(found),
      comparedHash: hash,
      outdatedHash: this.#util.isOutdatedHash(hash, password) ? hash : undefined,
    };
  }

  async #findByUsername(
    username: string,
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    return this.#repository.findActiveByUsername(spellingsOfUsername(username), context);
  }
}
