import type { Session } from '@org/authentication';
import type { OperationContext, PhoneNumber } from '@org/core';
import type { AccountDelivery } from '@org/notification';

import type { AccountFieldDefinitions, NoFields } from '../../fields/account-fields.ts';
import type { Account, AccountState, ExportedIdentity } from '../../types.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import { toAccount, type StoredAccount } from '../account-util.ts';
import { isUndoable } from '../contact/recent-changes.ts';
import { toFormerContact, toNewContact } from '../contact/stored-contact.ts';
import { readIdentities } from '../identity/exported-identities.ts';
import { ContactChangeModel, type ContactChangeDocument } from '../store/contact-change-model.ts';
import { ContactChangeRepository } from '../store/contact-change-repository.ts';
import { toSummary, type AccountSearch } from './account-search.ts';
import type { ContactRequest, ContactRequests } from './contact-requests.ts';

/** A change of contact that is asked for, or is done and can be undone. */
export interface OpenContactChange {
  readonly id: string;
  /** `pending`: its owner has asked for it, and not confirmed it. */
  readonly status: 'pending' | 'done';
  /** The new one; neither: it was removed. */
  readonly email: string | null;
  readonly phoneNumber: PhoneNumber | null;
  /** The proved one that a change which is done has replaced; neither: there was none. */
  readonly formerEmail: string | null;
  readonly formerPhoneNumber: PhoneNumber | null;
  readonly requestedAt: Date;
  /** When the code of a pending one expires; until when one that is done can be undone. */
  readonly expiresAt: Date;
}

/** An account with what operators need to help its owner. */
export interface WholeAccount<Fields extends AccountFieldDefinitions = NoFields> {
  readonly account: Account<Fields>;
  readonly state: AccountState;
  readonly disabledAt: Date | null;
  readonly deletedAt: Date | null;
  /** Whether it can log in by a password. */
  readonly hasPassword: boolean;
  /** The names that it is found by; a deleted one has none. */
  readonly identities: readonly ExportedIdentity[];
  /** The live ones, newest first. */
  readonly sessions: readonly Session[];
  /** The latest messages to it, newest first. */
  readonly deliveries: readonly AccountDelivery[];
  readonly contactChanges: readonly OpenContactChange[];
  /** Asked for by operators, and not approved. */
  readonly contactRequests: readonly ContactRequest[];
}

interface WholeAccountParts extends CompleteDependencies {
  readonly search: AccountSearch;
  readonly requests: ContactRequests;
}

/** @throws AccountWithIdNotFoundError if there is none, or it is being erased */
export async function readWholeAccount<Fields extends AccountFieldDefinitions>(
  accountId: string,
  parts: WholeAccountParts,
  context: OperationContext,
): Promise<WholeAccount<Fields>> {
  const { authentication, fields, notification, requests, search } = parts;
  const stored = await search.getById(accountId, context);
  const { state, disabledAt, deletedAt } = toSummary(stored);
  return {
    account: toAccount<Fields>(stored, fields),
    ...{ state, disabledAt, deletedAt },
    hasPassword: stored.hashedPassword !== '',
    identities: await readIdentities(accountId, parts, context),
    sessions: await authentication.getSessionsByAccountId({ accountId }, context),
    deliveries: await notification.listDeliveriesByAccountId({ accountId }, context),
    contactChanges: await readOpenChanges(stored, parts, context),
    contactRequests: await requests.findByAccountId(accountId, context),
  };
}

async function readOpenChanges(
  account: StoredAccount,
  dependencies: CompleteDependencies,
  context: OperationContext,
): Promise<readonly OpenContactChange[]> {
  const repository = new ContactChangeRepository(dependencies);
  const pending = await repository.findPendingByAccountId(account.id, context);
  const recent = await repository.findRecent(account.id, dependencies.clock.now(), context);
  return [...pending, ...recent.filter((change) => isUndoable(change, account))].map(toOpenChange);
}

function toOpenChange(change: ContactChangeDocument): OpenContactChange {
  const { status } = change;
  const { id, createdAt: requestedAt, expiresAt } = ContactChangeModel.fromBson(change);
  const { email = null, phoneNumber = null } = toNewContact(change);
  const { email: formerEmail = null, phoneNumber: formerPhoneNumber = null } =
    toFormerContact(change);
  return {
    id,
    status: status === 'pending' ? 'pending' : 'done',
    ...{ email, phoneNumber, formerEmail, formerPhoneNumber, requestedAt, expiresAt },
  };
}
