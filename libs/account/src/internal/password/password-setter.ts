import type { OperationContext } from '@org/core';
import { transactionConflict } from '@org/core/store';

import {
  AccountInvalidCredentialsError,
  AccountWithEmailExistsError,
  AccountWithIdNotFoundError,
} from '../../errors.ts';
import { accountEmailProved, accountPasswordChanged } from '../../events.ts';
import type { ChangeAccountPasswordParams, ResetPasswordParams } from '../../types.ts';
import * as auditEvents from '../account-audit-events.ts';
import { unprovedContactsOf } from '../account-claim.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import * as notices from '../account-notices.ts';
import type { AccountReader } from '../account-reader.ts';
import type { StoredAccount } from '../account-util.ts';
import type { AccountWriter, PasswordChange } from '../account-writer.ts';
import type { ContactChanges } from '../contact/contact-changes.ts';
import { isSameAddress } from '../username.ts';
import type { CredentialCheck } from './credential-check.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { PasswordPolicy } from './password-policy.ts';

export interface PasswordSetterParts {
  readonly reader: AccountReader;
  readonly writer: AccountWriter;
  readonly hasher: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
  readonly credentials: CredentialCheck;
  readonly changes: ContactChanges;
}

/** Sets a password for whoever knows the current one, or has the token of a reset mail. */
export class PasswordSetter {
  readonly #dependencies: CompleteDependencies;
  readonly #parts: PasswordSetterParts;

  constructor(dependencies: CompleteDependencies, parts: PasswordSetterParts) {
    this.#dependencies = dependencies;
    this.#parts = parts;
  }

  async change(
    change: ChangeAccountPasswordParams,
    context: OperationContext,
  ): Promise<StoredAccount> {
    // Retries once in case a login replaced the hash of the same password meanwhile.
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const changed = await this.#changeOnce(change, context);
      if (changed !== undefined) {
        return changed;
      }
    }
    throw new AccountInvalidCredentialsError();
  }

  /** @returns `undefined`, with nothing changed, if the account's hash changed meanwhile */
  async #changeOnce(
    { accountId, currentPassword, newPassword, currentSessionId }: ChangeAccountPasswordParams,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const { credentials, hasher, passwordPolicy, reader } = this.#parts;
    const account = await reader.getAccountById(accountId, context);
    const proof = { password: currentPassword, sessionId: currentSessionId };
    await credentials.checkCurrentPassword(account, proof, context);
    await passwordPolicy.checkNewPassword(newPassword, 'new_password');
    PasswordPolicy.checkDiffersFromUsername(newPassword, account.username, 'new_password');
    const hashedPassword = await hasher.hash(newPassword);
    const change = { accountId, hashedPassword, previousHash: account.hashedPassword };
    return this.#dependencies.database.withTransaction(context, (transaction) =>
      this.#set(change, currentSessionId, transaction),
    );
  }

  async reset(
    { accountId, token, newPassword }: ResetPasswordParams,
    context: OperationContext,
  ): Promise<StoredAccount> {
    const { authentication, database } = this.#dependencies;
    const { credentials, hasher, passwordPolicy, reader, writer } = this.#parts;
    await passwordPolicy.checkNewPassword(newPassword, 'new_password');
    const account = await reader.findExistingById(accountId, context);
    const refusal = await credentials.findResetRefusal(account, { accountId, token }, context);
    PasswordPolicy.checkDiffersFromUsername(newPassword, account?.username ?? '', 'new_password');
    if (refusal !== undefined) {
      throw refusal;
    }
    // The token is checked before the costly hash, and used up together with the change.
    const hashedPassword = await hasher.hash(newPassword);
    return database.withTransaction(context, async (transaction) => {
      // Whoever floods the account with updates does not keep its owner out.
      await writer.contacts.lock(accountId, transaction);
      const used = await authentication.resetTokens.consumePasswordResetToken(
        { accountId, token },
        transaction,
      );
      const owner = transaction.withActor({ type: 'account', id: accountId });
      await this.#proveAddress(accountId, used.emailAddress, owner);
      const changed = await this.#set({ accountId, hashedPassword }, undefined, owner);
      if (changed === undefined) {
        throw new AccountWithIdNotFoundError(accountId);
      }
      return changed;
    });
  }

  /**
   * The link proved the address that it was mailed to: a username, if no contact of the account was
   * proved. It stays unproved if another account has proved it meanwhile.
   */
  async #proveAddress(
    accountId: string,
    emailAddress: string | undefined,
    owner: OperationContext,
  ): Promise<void> {
    const { changes, reader, writer } = this.#parts;
    const account = await reader.findAccountById(accountId, owner);
    if (account === undefined || emailAddress === undefined || account.hasProvedContact) {
      return;
    }
    const isTaken = await writer.contacts.isEmailTaken(emailAddress, accountId, owner);
    if (isTaken || !isSameAddress(account.username, emailAddress)) {
      return;
    }
    try {
      const update = { email: emailAddress, ...unprovedContactsOf(account) };
      await writer.contacts.update(account, update, owner);
      await changes.voidAll(accountId, owner);
    } catch (error) {
      throw error instanceof AccountWithEmailExistsError ? transactionConflict(error) : error;
    }
    await this.#dependencies.events.publish(accountEmailProved, { accountId }, owner);
  }

  /**
   * @param sessionId the session to keep
   * @returns `undefined` if the account is not active, or no longer has the previous hash
   */
  async #set(
    change: PasswordChange,
    sessionId: string | undefined,
    transaction: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const { audit, authentication, events } = this.#dependencies;
    const { accountId } = change;
    const changed = await this.#parts.writer.setPassword(change, transaction);
    if (changed === undefined) {
      return undefined;
    }
    const { sessionEpoch } = changed;
    const kept = sessionId === undefined ? undefined : { sessionId, sessionEpoch };
    await authentication.endSessionsByAccountId({ accountId, kept }, transaction);
    await authentication.resetTokens.revokePasswordResetTokens({ accountId }, transaction);
    await audit.record([auditEvents.passwordChanged(accountId)], transaction);
    await events.publish(accountPasswordChanged, { accountId }, transaction);
    await notices.send(this.#dependencies, notices.passwordChanged, changed, transaction);
    return changed;
  }
}
