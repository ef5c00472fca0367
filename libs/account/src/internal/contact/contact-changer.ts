import { OtpExpiredError } from '@org/authentication';
import { formatE164, joinUrl, type OperationContext } from '@org/core';

import {
  AccountBadRequestError,
  AccountWithIdNotFoundError,
  AccountWithPhoneNumberExistsError,
} from '../../errors.ts';
import { accountEmailProved, accountPhoneNumberProved } from '../../events.ts';
import { endAccess } from '../access-end.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import * as notices from '../account-notices.ts';
import type { AccountReader } from '../account-reader.ts';
import type { StoredAccount } from '../account-util.ts';
import type { AccountWriter } from '../account-writer.ts';
import type { ContactChangeDocument } from '../store/contact-change-model.ts';
import type { ContactChanges, ContactRecipient, Reversal } from './contact-changes.ts';
import {
  provedContactOf,
  toNewContact,
  type ContactKind,
  type NewContact,
} from './stored-contact.ts';

export interface ContactChangerDependencies extends CompleteDependencies {
  readonly reader: AccountReader;
  readonly writer: AccountWriter;
  readonly changes: ContactChanges;
}

/**
 * Makes and undoes changes of contact, each in one transaction, which locks the account first: what
 * it read before that could change for as long as somebody floods the account with updates.
 */
export class ContactChanger {
  readonly #dependencies: ContactChangerDependencies;

  constructor(dependencies: ContactChangerDependencies) {
    this.#dependencies = dependencies;
  }

  /** @param requested whose new contact was just proved */
  async finish(
    requested: ContactChangeDocument,
    context: OperationContext,
  ): Promise<StoredAccount> {
    const { database, reader, writer } = this.#dependencies;
    return database.withTransaction(context, async (transaction) => {
      await writer.contacts.lock(requested.account_id, transaction);
      const account = await reader.getAccountById(requested.account_id, transaction);
      return this.#finish(requested, account, transaction);
    });
  }

  /**
   * Gives an account, disabled or not, a contact as if its owner had proved it: operators know that
   * it is theirs.
   */
  async impose(
    accountId: string,
    recipient: ContactRecipient,
    transaction: OperationContext,
  ): Promise<StoredAccount> {
    const { changes, clock, reader, writer } = this.#dependencies;
    await writer.contacts.lock(accountId, transaction);
    const account = await reader.getExistingById(accountId, transaction);
    const id = await changes.request(accountId, recipient, clock.now(), transaction);
    const requested = await changes.findRequested(accountId, id, transaction);
    if (requested === undefined) {
      throw new AccountWithIdNotFoundError(accountId);
    }
    return this.#finish(requested.change, account, transaction, account.username);
  }

  async #finish(
    requested: ContactChangeDocument,
    account: StoredAccount,
    transaction: OperationContext,
    username = '',
  ): Promise<StoredAccount> {
    const { authentication, changes, events, writer } = this.#dependencies;
    const { account_id: accountId, kind } = requested;
    const contact = toNewContact(requested);
    const { isDone, reversal, freed } = await changes.finish(
      requested,
      account,
      transaction,
      username,
    );
    if (!isDone) {
      throw new OtpExpiredError();
    }
    await this.#freeNumber(accountId, contact.phoneNumber, transaction);
    const update = { ...contact, reservedUntil: reversal?.until };
    const changed = await writer.contacts.update(account, update, transaction);
    await writer.contacts.free(accountId, freed, transaction);
    // A link that was mailed to the former address.
    await authentication.resetTokens.revokePasswordResetTokens({ accountId }, transaction);
    const proved = kind === 'email' ? accountEmailProved : accountPhoneNumberProved;
    await events.publish(proved, { accountId }, transaction);
    await this.#tell(account, { kind, reversal }, transaction);
    return changed;
  }

  /** @returns `undefined`, with nothing changed, if there is no other way to log in */
  async remove(
    accountId: string,
    kind: ContactKind,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const { authentication, changes, database, reader, writer } = this.#dependencies;
    return database.withTransaction(context, async (transaction) => {
      await writer.contacts.lock(accountId, transaction);
      const account = await reader.getAccountById(accountId, transaction);
      if ((kind === 'email' ? account.email : account.phoneNumber) === null) {
        return account;
      }
      if (!hasOtherLogin(account, kind)) {
        return undefined;
      }
      const reversal = await changes.recordRemoval(kind, account, transaction);
      const removed = kind === 'email' ? { email: null } : { phoneNumber: null };
      const update = { ...removed, reservedUntil: reversal?.until };
      const changed = await writer.contacts.update(account, update, transaction);
      await authentication.resetTokens.revokePasswordResetTokens({ accountId }, transaction);
      await this.#tell(account, { kind, reversal }, transaction);
      return changed;
    });
  }

  /** @throws AccountBadRequestError, with nothing changed, if the token is not, or no longer, good */
  async reverse(token: string, context: OperationContext): Promise<void> {
    const { changes, database, reader, writer } = this.#dependencies;
    const accountId = await changes.findReversible(token, context);
    if (accountId === undefined) {
      throw AccountBadRequestError.ofLink();
    }
    await database.withTransaction(context, async (transaction) => {
      await writer.contacts.lock(accountId, transaction);
      const undone = await changes.reverse(token, transaction);
      const account = undone && (await reader.findExistingById(accountId, transaction));
      const { sessionEpoch = account?.sessionEpoch } = undone ?? {};
      if (undone === undefined || account === undefined || account.sessionEpoch !== sessionEpoch) {
        throw AccountBadRequestError.ofLink();
      }
      const owner = transaction.withActor({ type: 'account', id: accountId });
      const end = { reason: 'change-disowned', contacts: undone.contacts } as const;
      await endAccess(account, end, this.#dependencies, owner);
      await writer.contacts.free(accountId, undone.freed, owner);
    });
  }

  /** Whoever had the former contact can undo the change; without one, the others hear of it. */
  async #tell(
    before: StoredAccount,
    { kind, reversal }: { readonly kind: ContactKind; readonly reversal: Reversal | undefined },
    transaction: OperationContext,
  ): Promise<void> {
    if (reversal === undefined) {
      await notices.send(this.#dependencies, notices.contactChanged, before, transaction);
      return;
    }
    const { webAppUrl } = this.#dependencies.settings;
    const link = joinUrl(webAppUrl, `/contact-reversals#token=${reversal.token}`);
    const notice = notices.contactReplaced(link);
    const recipient = { account: before, ...provedContactOf(kind, before) };
    await notices.sendTo(this.#dependencies, notice, recipient, transaction);
  }

  /** Whoever proves a number wins over an account that claims it. */
  async #freeNumber(
    accountId: string,
    phoneNumber: NewContact['phoneNumber'],
    transaction: OperationContext,
  ): Promise<void> {
    const { reader, writer } = this.#dependencies;
    if (!phoneNumber) {
      return;
    }
    const owner = await reader.findExistingByPhoneNumber(phoneNumber, transaction);
    if (owner !== undefined && owner.id !== accountId) {
      if (owner.isPhoneNumberProved) {
        throw new AccountWithPhoneNumberExistsError(formatE164(phoneNumber));
      }
      await writer.contacts.update(owner, { phoneNumber: null }, transaction);
    }
  }
}

/** A password needs a username, or an e-mail address; the address alone will do, by code. */
function hasOtherLogin(account: StoredAccount, removed: ContactKind): boolean {
  const { username, hashedPassword, isEmailVerified, hasProvedPhoneNumber } = account;
  return (
    (username !== '' && hashedPassword !== '') ||
    (removed !== 'email' && isEmailVerified) ||
    (removed !== 'phone' && hasProvedPhoneNumber)
  );
}
