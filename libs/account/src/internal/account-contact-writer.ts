import type { OperationContext, PhoneNumber } from '@org/core';
import { parseObjectId } from '@org/core/store';

import { AccountWithIdNotFoundError } from '../errors.ts';
import type { StoredAccount } from './account-util.ts';
import type { AccountIdentities } from './identity/account-identities.ts';
import type { ContactKind } from './contact/stored-contact.ts';
import { emailIdentity, identitiesOf, phoneIdentity } from './identity/identity-key.ts';
import { AccountModel } from './store/account-model.ts';
import type { AccountRepository, NamesDocument } from './store/account-repository.ts';
import { explainNameConflict, type UniqueNames } from './unique-names.ts';

/** What becomes of an account's contacts; what is omitted stays. */
export interface ContactUpdate {
  /** Its owner has proved it. `null` removes it. */
  readonly email?: string | null;
  /** Its owner has proved it. `null` removes it. */
  readonly phoneNumber?: PhoneNumber | null;
  /** Whether the password goes and all sessions end. Default: false. */
  readonly endsAccess?: boolean;
  /** Until when contacts that go are kept for the account. Default: they are free at once. */
  readonly reservedUntil?: Date | undefined;
}

/** Changes the contacts of active accounts, with their identities. Part of an AccountWriter. */
export class AccountContactWriter {
  readonly #repository: AccountRepository;
  readonly #identities: AccountIdentities;
  readonly #uniqueNames: UniqueNames;

  constructor(
    repository: AccountRepository,
    identities: AccountIdentities,
    uniqueNames: UniqueNames,
  ) {
    this.#repository = repository;
    this.#identities = identities;
    this.#uniqueNames = uniqueNames;
  }

  /**
   * @param account as this transaction has read it
   * @throws AccountWithIdNotFoundError if it is not active
   * @throws AccountWithEmailExistsError if another account has the e-mail address
   * @throws AccountWithPhoneNumberExistsError if another account has the phone number
   */
  async update(
    { id, document: before }: StoredAccount,
    update: ContactUpdate,
    transaction: OperationContext,
  ): Promise<StoredAccount> {
    const fields = toFields(update, before);
    const named = { username: '', phone_number: null, ...fields.$set };
    try {
      await this.#uniqueNames.assertFree(named, transaction);
      const _id = parseObjectId(id);
      const changed =
        _id &&
        (await this.#repository.findOneAndUpdate({ _id, active: true }, fields, transaction));
      if (changed === undefined) {
        throw new AccountWithIdNotFoundError(id);
      }
      await this.#identities.replace(id, { before, after: changed, ...update }, transaction);
      return AccountModel.fromBson(changed);
    } catch (error) {
      throw explainNameConflict(error, named);
    }
  }

  /**
   * Makes whoever changes or deletes the account at the same time conflict. As the first step of a
   * transaction, it makes all of them wait for that.
   */
  async lock(accountId: string, transaction: OperationContext): Promise<void> {
    const _id = parseObjectId(accountId);
    await (_id && this.#repository.lockContacts(_id, transaction));
  }

  /** Gives up contacts that are kept for the account. */
  async free(
    accountId: string,
    contacts: readonly Pick<ContactUpdate, 'email' | 'phoneNumber'>[],
    transaction: OperationContext,
  ): Promise<void> {
    const identities = contacts.flatMap(({ email, phoneNumber }) => [
      ...(email ? [emailIdentity(email)] : []),
      ...(phoneNumber ? [phoneIdentity(phoneNumber)] : []),
    ]);
    const keys = identities.flatMap((identity) => identity?.key ?? []);
    await this.#identities.free(accountId, keys, transaction);
  }

  /** Gives up all of them. */
  async freeAll(accountId: string, transaction: OperationContext): Promise<void> {
    await this.#identities.free(accountId, undefined, transaction);
  }

  /**
   * Whether another account has this address, even a malformed one, or had it until lately, which
   * keeps it for its owner.
   */
  async isEmailTaken(
    emailAddress: string,
    accountId: string | undefined,
    context: OperationContext,
  ): Promise<boolean> {
    const identity = emailIdentity(emailAddress);
    return identity !== undefined && this.#identities.isTaken(identity.key, accountId, context);
  }

  /** @returns which contacts of a deleted account others have, or keep; and whether that is all it had */
  async findTaken(
    account: NamesDocument,
    transaction: OperationContext,
  ): Promise<{ readonly taken: readonly ContactKind[]; readonly isAll: boolean }> {
    const identities = identitiesOf(account);
    const taken: ContactKind[] = [];
    for (const { key, kind } of identities) {
      const accountId = account._id.toHexString();
      if (kind !== 'username' && (await this.#identities.isTaken(key, accountId, transaction))) {
        taken.push(kind);
      }
    }
    return { taken, isAll: taken.length === identities.length };
  }

  /** @returns the id of the account that had this number until lately, which keeps it */
  async findNumberReserver(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): Promise<string | undefined> {
    const identity = phoneIdentity(phoneNumber);
    return identity && this.#identities.findReserver(identity.key, context);
  }
}

function toFields(
  { email, phoneNumber, endsAccess = false }: ContactUpdate,
  before: StoredAccount['document'],
) {
  const losesClaim = phoneNumber === null && before['phone_number_proved'] === false;
  return {
    $set: {
      ...(email === undefined ? {} : { email, email_verified: email !== null }),
      ...(phoneNumber === undefined ? {} : { phone_number: toStored(phoneNumber) }),
      ...(phoneNumber ? { phone_number_proved: true } : {}),
      ...(endsAccess ? { hashed_password: '' } : {}),
    },
    // What has no other name is removed after a week, as if its number were still unproved.
    $unset: losesClaim && before['username'] !== '' ? { phone_number_proved: true as const } : {},
    $inc: { identity_version: 1, ...(endsAccess ? { session_epoch: 1 } : {}) },
  };
}

function toStored(phoneNumber: PhoneNumber | null) {
  return (
    phoneNumber && {
      country_code: phoneNumber.countryCode,
      phone_number: phoneNumber.phoneNumber,
    }
  );
}
