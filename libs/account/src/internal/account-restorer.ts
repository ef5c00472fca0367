import type { OperationContext } from '@org/core';

import type { AccountContactWriter } from './account-contact-writer.ts';
import type { StoredAccount } from './account-util.ts';
import type { ContactKind } from './contact/stored-contact.ts';
import type { AccountIdentities } from './identity/account-identities.ts';
import { AccountModel } from './store/account-model.ts';
import type { AccountRepository } from './store/account-repository.ts';
import { explainNameConflict, type UniqueNames } from './unique-names.ts';

interface AccountRestoration {
  readonly accountId: string;
  readonly deletedAfter: Date;
  /** Whether a former contact can undo a change once the account is restored. */
  readonly hasKeptContact: boolean;
}

interface RestoredAccount {
  readonly account: StoredAccount;
  readonly leftOut: readonly ContactKind[];
}

interface RestorerParts {
  readonly contacts: AccountContactWriter;
  readonly identities: AccountIdentities;
  readonly repository: AccountRepository;
  readonly uniqueNames: UniqueNames;
}

/** Brings deleted accounts back. Part of an AccountWriter. */
export class AccountRestorer {
  readonly #parts: RestorerParts;

  constructor(parts: RestorerParts) {
    this.#parts = parts;
  }

  /**
   * Without the contacts that another account has taken, if a name is left, or a former contact is
   * kept for the account.
   *
   * @returns `undefined` if no account with this id was deleted after `deletedAfter`
   */
  async restore(
    { accountId, deletedAfter, hasKeptContact }: AccountRestoration,
    transaction: OperationContext,
  ): Promise<RestoredAccount | undefined> {
    const { contacts, identities, repository, uniqueNames } = this.#parts;
    const deleted = await repository.findDeletedSince(accountId, deletedAfter, transaction);
    if (deleted === undefined) {
      return undefined;
    }
    const { taken, isAll } = await contacts.findTaken(deleted, transaction);
    const leftOut = isAll && !hasKeptContact ? [] : taken;
    const without = {
      ...(leftOut.includes('email') ? { email: null, email_verified: false } : {}),
      ...(leftOut.includes('phone') ? { phone_number: null } : {}),
    };
    const names = { ...deleted, ...without };
    try {
      await uniqueNames.assertFree(names, transaction);
      const restored = await repository.restore(deleted, without, transaction);
      if (restored === undefined) {
        return undefined;
      }
      await identities.give(restored, transaction);
      return { account: AccountModel.fromBson(restored), leftOut };
    } catch (error) {
      throw explainNameConflict(error, names);
    }
  }
}
