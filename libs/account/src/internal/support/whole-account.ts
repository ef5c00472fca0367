import type { Session } from '@org/authentication';
import type { OperationContext, PhoneNumber } from '@org/core';
import type { AccountDelivery } from '@org/notification';

import type { AccountFieldDefinitions, NoFields } from '../../fields/account-fields.ts';
import type { Account, AccountState, ExportedIdentity } from '../../types.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import { toAccount } from '../account-util.ts';
import { toNewContact } from '../contact/stored-contact.ts';
import { readIdentities } from '../identity/exported-identities.ts';
import { ContactChangeRepository } from '../store/contact-change-repository.ts';
import { toSummary, type AccountSearch } from './account-search.ts';
import type { ContactRequest, ContactRequests } from './contact-requests.ts';

/** A change of contact that its owner has asked for, and not confirmed. */
export interface PendingContactChange {
  readonly id: string;
  readonly email: string | null;
  readonly phoneNumber: PhoneNumber | null;
  readonly requestedAt: Date;
  /** When its code expires. */
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
  /** Asked for by its owner. */
  readonly contactChanges: readonly PendingContactChange[];
  /** Asked for by operators. */
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
    contactChanges: await readPendingChanges(accountId, parts, context),
    contactRequests: await requests.findByAccountId(accountId, context),
  };
}

async function readPendingChanges(
  accountId: string,
  dependencies: CompleteDependencies,
  context: OperationContext,
): Promise<readonly PendingContactChange[]> {
  const repository = new ContactChangeRepository(dependencies);
  const pending = await repository.findPendingByAccountId(accountId, context);
  return pending.map((change) => {
    const { email = null, phoneNumber = null } = toNewContact(change);
    const { _id, created_at: requestedAt, expires_at: expiresAt } = change;
    return { id: _id.toHexString(), email, phoneNumber, requestedAt, expiresAt };
  });
}
