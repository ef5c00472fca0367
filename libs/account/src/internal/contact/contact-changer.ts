import { OtpExpiredError } from '@org/authentication';
import { formatE164, joinUrl, type OperationContext } from '@org/core';

import { AccountBadRequestError, AccountWithPhoneNumberExistsError } from '../../errors.ts';
import { accountEmailProved, accountPhoneNumberProved } from '../../events.ts';
import { endAccess } from '../access-end.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import * as notices from '../account-notices.ts';
import type { AccountReader } from '../account-reader.ts';
import type { StoredAccount } from '../account-util.ts';
import type { AccountWriter } from '../account-writer.ts';
import type { ContactChangeDocument } from '../store/contact-change-model.ts';
import type { ContactChanges, Reversal } from './contact-changes.ts';
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

/** Makes and undoes changes of contact, each in one transaction. */
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
    const { authentication, changes, database, events, reader, writer } = this.#dependencies;
    const { account_id: accountId, kind } = requested;
    const contact = toNewContact(requested);
    return database.withTransaction(context, async (transaction) => {
      const account = await reader.getAccountById(accountId, transaction);
      const { isDone, reversal, freed } = await changes.finish(requested, account, transaction);
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
    });
  }

  /** @returns `undefined`, with nothing changed, if there is no other way to log in */
  async remove(
    accountId: string,
    kind: ContactKind,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const { authentication, changes, database, reader, writer } = this.#dependencies;
    return database.withTransaction(context, async (transaction) => {
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
    const { changes, database, reader } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      const undone = await changes.reverse(token, transaction);
      const account = undone && (await reader.findExistingById(undone.accountId, transaction));
      const { sessionEpoch = account?.sessionEpoch } = undone ?? {};
      if (undone === undefined || account === undefined || account.sessionEpoch !== sessionEpoch) {
        throw AccountBadRequestError.ofLink();
      }
      const owner = transaction.withActor({ type: 'account', id: account.id });
      await endAccess(account, undone.contacts, this.#dependencies, owner);
      await this.#dependencies.writer.contacts.free(account.id, undone.freed, owner);
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
