import type { Clock, OperationContext } from '@org/core';
import { parseObjectId } from '@org/core/store';

import { AccountBadRequestError, AccountWithIdNotFoundError } from '../errors.ts';
import type { AccountIdParams, DeletedAccount } from '../types.ts';
import type { AccountRepository } from './store/account-repository.ts';

export interface DeletedAccountReaderDependencies {
  readonly clock: Clock;
  readonly repository: AccountRepository;
  readonly settings: { readonly restoreTimeToLiveMilliseconds: number };
}

/** Looks at accounts that are to be erased. */
export class DeletedAccountReader {
  readonly #dependencies: DeletedAccountReaderDependencies;

  constructor(dependencies: DeletedAccountReaderDependencies) {
    this.#dependencies = dependencies;
  }

  async getDeletedAccount(
    { accountId }: AccountIdParams,
    context: OperationContext,
  ): Promise<DeletedAccount> {
    const { clock, repository, settings } = this.#dependencies;
    const _id = parseObjectId(accountId);
    const account = _id && (await repository.findOne({ _id }, context));
    if (account === undefined) {
      throw new AccountWithIdNotFoundError(accountId);
    }
    const { active, deleted_at: deletedAt } = account;
    if (active) {
      throw new AccountBadRequestError(`Account ${accountId} is active. Delete it first.`);
    }
    if (deletedAt === undefined) {
      throw new AccountBadRequestError(
        `Account ${accountId} was deleted by an earlier backend, and is left as that left it.`,
      );
    }
    const restorableUntil = new Date(deletedAt.getTime() + settings.restoreTimeToLiveMilliseconds);
    return {
      id: accountId,
      deletedAt,
      restorableUntil,
      isRestorable: restorableUntil > clock.now(),
    };
  }
}
