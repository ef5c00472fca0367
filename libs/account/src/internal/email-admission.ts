import { OtpIncorrectError } from '@org/authentication';
import { transactionConflict } from '@org/core/store';
import type { OperationContext } from '@org/core';

import { AccountWithEmailExistsError } from '../errors.ts';
import { accountCreated, accountEmailProved } from '../events.ts';
import type { AdmitProvedEmailParams, SignUpRequest } from '../types.ts';
import { claimAccount } from './account-claim.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import type { AccountReader } from './account-reader.ts';
import type { StoredAccount } from './account-util.ts';
import type { AccountWriter } from './account-writer.ts';
import type { ContactChanges } from './contact/contact-changes.ts';
import type { PasswordHasher } from './password/password-hasher.ts';

export interface EmailAdmissionParts {
  readonly reader: AccountReader;
  readonly writer: AccountWriter;
  readonly hasher: PasswordHasher;
  readonly changes: ContactChanges;
  /** Who may sign up. */
  readonly askPolicy: (signUp: SignUpRequest, context: OperationContext) => Promise<void> | void;
}

interface Admission extends AdmitProvedEmailParams {
  /** The account that was found before the transaction, if any. */
  readonly found: StoredAccount | undefined;
  /** Whether the password is that of the account that was found, or that which was sent before. */
  readonly isPasswordRight: boolean;
}

/** Lets in whoever has just proved an e-mail address. */
export class EmailAdmission {
  readonly #dependencies: CompleteDependencies;
  readonly #parts: EmailAdmissionParts;

  constructor(dependencies: CompleteDependencies, parts: EmailAdmissionParts) {
    this.#dependencies = dependencies;
    this.#parts = parts;
  }

  /**
   * @returns the account whose proved address it is; or that whose username it is, if no other
   *   contact of that is proved; or else a new one
   * @throws AccountWithEmailExistsError if an account that had the address lately keeps it, or one
   *   has it that is malformed
   * @throws OtpIncorrectError if the account is disabled
   */
  async admit(params: AdmitProvedEmailParams, context: OperationContext): Promise<StoredAccount> {
    const { reader } = this.#parts;
    const found = await reader.findExistingToProve(params.emailAddress, context);
    assertEnabled(found);
    if (found?.isEmailVerified === true) {
      return found;
    }
    if (found === undefined) {
      await this.#askPolicy(params, context);
    }
    const isPasswordRight = await this.#isPasswordRight(found, params);
    const admission = { ...params, found, isPasswordRight };
    return this.#dependencies.database.withTransaction(context, (transaction) =>
      this.#admitOnce(admission, transaction),
    );
  }

  async #admitOnce(admission: Admission, transaction: OperationContext): Promise<StoredAccount> {
    const { reader, writer } = this.#parts;
    const { emailAddress, found } = admission;
    if (found !== undefined) {
      // Whoever floods it with updates does not keep its owner out.
      await writer.contacts.lock(found.id, transaction);
    }
    const account = await reader.findExistingToProve(emailAddress, transaction);
    assertEnabled(account);
    if (account?.isEmailVerified === true) {
      return account;
    }
    if (await writer.contacts.isEmailTaken(emailAddress, account?.id, transaction)) {
      throw new AccountWithEmailExistsError(emailAddress);
    }
    try {
      return account === undefined
        ? await this.#signUp(admission, transaction)
        : await this.#proveUsername(account, admission, transaction);
    } catch (error) {
      // Somebody else proves the address at the same time: looking again finds their account.
      throw error instanceof AccountWithEmailExistsError ? transactionConflict(error) : error;
    }
  }

  async #signUp(admission: Admission, transaction: OperationContext): Promise<StoredAccount> {
    const { events, fields, notification } = this.#dependencies;
    const { emailAddress: email, firstName, lastName, hashedPassword = '' } = admission;
    if (admission.found !== undefined) {
      await this.#askPolicy(admission, transaction);
    }
    const hasPassword = admission.found === undefined && admission.isPasswordRight;
    const created = await this.#parts.writer.createAccountByEmail(
      { email, firstName, lastName, hashedPassword: hasPassword ? hashedPassword : '' },
      fields.toStoredAnew(),
      transaction,
    );
    const { id: accountId } = created;
    await notification.createOrUpdateAccountNotificationPreferences({ accountId }, transaction);
    await events.publish(accountCreated, { accountId }, transaction);
    await events.publish(accountEmailProved, { accountId }, transaction);
    return created;
  }

  /** Whoever made the account may be a stranger who waited for the address's owner. */
  async #proveUsername(
    account: StoredAccount,
    { emailAddress: email, found, isPasswordRight, actingAccountId }: Admission,
    transaction: OperationContext,
  ): Promise<StoredAccount> {
    const { id: accountId, hashedPassword } = account;
    const sentPassword =
      isPasswordRight && found?.id === accountId && found.hashedPassword === hashedPassword;
    const owner = transaction.withActor({ type: 'account', id: accountId });
    if (actingAccountId !== accountId && !sentPassword) {
      return claimAccount(account, email, { ...this.#dependencies, ...this.#parts }, owner);
    }
    const proved = await this.#parts.writer.contacts.update(account, { email }, owner);
    await this.#dependencies.events.publish(accountEmailProved, { accountId }, owner);
    return proved;
  }

  async #isPasswordRight(
    found: StoredAccount | undefined,
    { password, hashedPassword = '' }: AdmitProvedEmailParams,
  ): Promise<boolean> {
    const expected = found === undefined ? hashedPassword : found.hashedPassword;
    return password !== undefined && (await this.#parts.hasher.compare(password, expected));
  }

  async #askPolicy(
    { emailAddress, firstName, lastName }: AdmitProvedEmailParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#parts.askPolicy({ emailAddress, firstName, lastName }, context);
  }
}

/** A disabled account keeps its names: nobody else gets in by them, either. */
function assertEnabled(account: StoredAccount | undefined): void {
  if (account?.isDisabled === true) {
    throw new OtpIncorrectError();
  }
}
