import type { OperationContext } from '@org/core';

import { accountDisabled, accountEnabled } from './events.ts';
import { endUse } from './internal/access-end.ts';
import type { CompleteDependencies } from './internal/account-dependencies.ts';
import * as notices from './internal/account-notices.ts';
import * as given from './internal/account-parameters.ts';
import type { AccountReader } from './internal/account-reader.ts';
import type { AccountWriter } from './internal/account-writer.ts';
import type { ContactChanges } from './internal/contact/contact-changes.ts';
import type { AccountIdParams } from './types.ts';

interface SupportDependencies extends CompleteDependencies {
  readonly reader: AccountReader;
  readonly writer: AccountWriter;
  readonly changes: ContactChanges;
}

/**
 * What operators do for owners, and to accounts. Who may do so is for the caller to check. Part of an
 * AccountService.
 */
export class AccountSupportService {
  readonly #dependencies: SupportDependencies;

  constructor(dependencies: SupportDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Disables an account: its sessions end, and every way to log in answers as for wrong credentials
   * until {@link enableAccount}. No code or link reaches it, and its owner is told. It keeps its
   * names, and can be exported, deleted, restored and erased. Does nothing if it is disabled.
   *
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   * @throws an AppError of the policy for ends
   */
  async disableAccount(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const { clock, database, endPolicy, events, reader, writer } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      await writer.contacts.lock(accountId, transaction);
      if ((await reader.getExistingById(accountId, transaction)).isDisabled) {
        return;
      }
      const disabled = await writer.setDisabled(accountId, clock.now(), transaction);
      await endPolicy({ accountId }, transaction);
      await endUse(disabled, this.#dependencies, transaction);
      await events.publish(accountDisabled, { accountId }, transaction);
      const notice = notices.accountDisabled;
      await notices.sendAlsoToFormer(this.#dependencies, notice, disabled, transaction);
    });
  }

  /**
   * Ends all sessions of an account, also those that are about to begin. Its password stays.
   *
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   */
  async endSessions(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const { authentication, database, writer } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      await writer.raiseSessionEpoch(accountId, transaction);
      await authentication.endSessionsByAccountId({ accountId }, transaction);
    });
  }

  /**
   * Lets the owner log in again, and tells them. What ended when it was disabled stays ended. Does
   * nothing if it is not disabled.
   *
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   */
  async enableAccount(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const { database, events, reader, writer } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      await writer.contacts.lock(accountId, transaction);
      if (!(await reader.getExistingById(accountId, transaction)).isDisabled) {
        return;
      }
      const enabled = await writer.setDisabled(accountId, null, transaction);
      await events.publish(accountEnabled, { accountId }, transaction);
      const notice = notices.accountEnabled;
      await notices.sendAlsoToFormer(this.#dependencies, notice, enabled, transaction);
    });
  }
}
