import { hash, randomBytes } from 'node:crypto';

import type { OperationContext, PhoneNumber } from '@org/core';
import type { CollectionReport } from '@org/core/store';

import type { CompleteDependencies } from '../account-dependencies.ts';
import type { StoredAccount } from '../account-util.ts';
import type { ContactChangeDocument } from '../store/contact-change-model.ts';
import { ContactChangeRepository } from '../store/contact-change-repository.ts';
import { findUndoneBy, isAddition, isDoubtful, isReversible } from './recent-changes.ts';
import {
  keyOf,
  provedContactOf,
  toFormerContact,
  toNewContact,
  toStoredContact,
  type ContactKind,
  type NewContact,
} from './stored-contact.ts';

const REVERSIBLE_MILLISECONDS = 7 * 24 * 60 * 60_000;
const TOKEN_BYTES = 32;
/** Three times the length of a token in base64url; anything longer is not hashed. */
const MAXIMUM_TOKEN_LENGTH = 128;

/** Who gets a code. */
export type ContactRecipient =
  { readonly emailAddress: string } | { readonly phoneNumber: PhoneNumber };

/** What lets the owner undo a change. */
export interface Reversal {
  /** For the old contact alone. */
  readonly token: string;
  /** Until then the old contact is kept for the account. */
  readonly until: Date;
}

/** What a token undid, of its account. */
interface Undone {
  /** Only while this is the account's; undefined: in any. */
  readonly sessionEpoch: number | undefined;
  readonly contacts: NewContact;
  readonly freed: readonly NewContact[];
}

/** Stores what becomes of accounts' contacts, and what undoes it. */
export class ContactChanges {
  readonly #dependencies: CompleteDependencies;
  readonly #repository: ContactChangeRepository;

  constructor(dependencies: CompleteDependencies) {
    this.#dependencies = dependencies;
    this.#repository = new ContactChangeRepository(dependencies);
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  /** Replaces the account's earlier request. */
  async request(
    accountId: string,
    recipient: ContactRecipient,
    expiresAt: Date,
    transaction: OperationContext,
  ): Promise<string> {
    await this.#repository.voidPending(accountId, transaction);
    const { _id } = await this.#repository.insertOne(
      {
        account_id: accountId,
        kind: 'emailAddress' in recipient ? 'email' : 'phone',
        status: 'pending',
        new_contact: toStoredContact(
          'emailAddress' in recipient ? { email: recipient.emailAddress } : recipient,
        ),
        expires_at: expiresAt,
      },
      transaction,
    );
    return _id.toHexString();
  }

  async findRequested(
    accountId: string,
    changeId: string,
    context: OperationContext,
  ): Promise<
    { readonly change: ContactChangeDocument; readonly recipient: ContactRecipient } | undefined
  > {
    const change = await this.#repository.findPending(accountId, changeId, context);
    const { email, phoneNumber } = change === undefined ? {} : toNewContact(change);
    const recipient = email ? { emailAddress: email } : phoneNumber && { phoneNumber };
    return change && recipient ? { change, recipient } : undefined;
  }

  /**
   * A change back to what the account had within the time for undoing changes undoes them: whoever
   * has the contact in between may be a thief, and gets no token.
   *
   * @param account as it was before
   * @param username that operators know to be its owner's, if it is an address. Default: none is
   * @returns whether it was still asked for; what undoes it, if a proved contact is replaced; and
   *   which reserved contacts are to be freed
   */
  async finish(
    requested: ContactChangeDocument,
    account: StoredAccount,
    transaction: OperationContext,
    username = '',
  ): Promise<{
    readonly isDone: boolean;
    readonly reversal: Reversal | undefined;
    readonly freed: readonly NewContact[];
  }> {
    const recent = await this.#findRecent(account.id, transaction);
    const undone = findUndoneBy(requested, recent, username);
    const { reversal, stored } = this.#begin(requested, account, recent);
    const done = await this.#repository.finish(requested, stored, transaction);
    if (undone.length > 0) {
      await this.#repository.voidOnes([...undone, requested], transaction);
    }
    return {
      isDone: done !== undefined,
      reversal: undone.length > 0 ? undefined : reversal,
      freed: undone.map(toFormerContact),
    };
  }

  /** Notes that a contact was removed, as a change that is done. */
  async recordRemoval(
    kind: ContactKind,
    account: StoredAccount,
    transaction: OperationContext,
  ): Promise<Reversal | undefined> {
    const removed = { email: null, phone_number: null };
    const change = { account_id: account.id, kind, status: 'done', new_contact: removed } as const;
    const recent = await this.#findRecent(account.id, transaction);
    const { reversal, stored } = this.#begin(change, account, recent);
    await this.#repository.insertOne({ ...change, ...stored }, transaction);
    return reversal;
  }

  /** @returns the id of the account whose change the token can undo */
  async findReversible(token: string, context: OperationContext): Promise<string | undefined> {
    if (token.length > MAXIMUM_TOKEN_LENGTH) {
      return undefined;
    }
    const now = this.#dependencies.clock.now();
    const found = await this.#repository.findReversible(hashOf(token), now, context);
    return found?.account_id;
  }

  /**
   * Uses up a token: voids what was asked for, every later change with its token, and those of the
   * other contact since it was added in the 7 days before: nobody got a token for the addition.
   *
   * @param token of a change that could be undone
   * @returns which contacts are to be put back, and which others are to be freed
   */
  async reverse(token: string, transaction: OperationContext): Promise<Undone | undefined> {
    const now = this.#dependencies.clock.now();
    const undone = await this.#repository.useReversal(hashOf(token), now, transaction);
    if (undone === undefined) {
      return undefined;
    }
    const { account_id: accountId, session_epoch: sessionEpoch } = undone;
    const added = await this.#findAddedBefore(undone, transaction);
    const others = [...added, ...(await this.#repository.findLater(undone, transaction))];
    await this.#repository.voidOnes(others, transaction);
    await this.#repository.voidPending(accountId, transaction);
    // Of each kind, what the account had before the first of these changes.
    const restored = [undone, ...others].toReversed().map(toFormerContact);
    const contacts = Object.assign({}, ...restored) as NewContact;
    return { sessionEpoch, contacts, freed: others.map(toFormerContact) };
  }

  /** The change that gave the account its other contact, and those of that kind after it. */
  async #findAddedBefore(
    undone: ContactChangeDocument,
    transaction: OperationContext,
  ): Promise<readonly ContactChangeDocument[]> {
    const since = new Date(undone.expires_at.getTime() - REVERSIBLE_MILLISECONDS);
    const before = await this.#repository.findOthersBefore(undone, since, transaction);
    const first = before.findIndex(isAddition);
    return first < 0 ? [] : before.slice(first);
  }

  /** Voids what was asked for. */
  async voidPending(accountId: string, transaction: OperationContext): Promise<void> {
    await this.#repository.voidPending(accountId, transaction);
  }

  /** Voids what was asked for and every token: somebody else owns the account from now on. */
  async voidAll(accountId: string, transaction: OperationContext): Promise<void> {
    await this.#repository.voidAll(accountId, transaction);
  }

  /** The former contacts that can still undo a change, while nothing ends the account's access. */
  async findKept(accountId: string, context: OperationContext): Promise<readonly NewContact[]> {
    return (await this.#findRecent(accountId, context)).filter(isReversible).map(toFormerContact);
  }

  /** Whether the account's e-mail address was added, replaced or removed since, in the last 7 days. */
  async hasChangedEmailSince(accountId: string, since: Date, context: OperationContext) {
    const until = new Date(since.getTime() + REVERSIBLE_MILLISECONDS);
    return this.#repository.hasEmailChangeUntil(accountId, until, context);
  }

  async *export(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    const pages = this.#repository.findInPages({ account_id: accountId }, context, {
      sort: { _id: 1 },
    });
    for await (const page of pages) {
      yield page.map(({ kind, status, new_contact, old_contact, created_at }) => ({
        kind,
        status,
        new_contact,
        ...(old_contact === undefined ? {} : { old_contact }),
        created_at,
      }));
    }
  }

  #findRecent(accountId: string, context: OperationContext) {
    return this.#repository.findRecent(accountId, this.#dependencies.clock.now(), context);
  }

  /**
   * The token of a contact that a thief may have added beside the owner's is no good once the
   * password was changed.
   */
  #begin(
    { kind, new_contact: next }: Pick<ContactChangeDocument, 'kind' | 'new_contact'>,
    account: StoredAccount,
    recent: readonly ContactChangeDocument[],
  ) {
    const now = this.#dependencies.clock.now().getTime();
    const until = new Date(now + REVERSIBLE_MILLISECONDS);
    const old = toStoredContact(provedContactOf(kind, account));
    const former = keyOf(old);
    const isReplaced = former !== undefined && former !== keyOf(next);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const { identityVersion: identity_version, sessionEpoch: session_epoch } = account;
    const stored = { old_contact: old, identity_version, expires_at: until };
    const limit = isDoubtful(kind, account, recent) ? { session_epoch } : {};
    const reversible = { reversal_hash: hashOf(token), ...limit };
    return isReplaced
      ? { stored: { ...stored, ...reversible }, reversal: { token, until } }
      : { stored, reversal: undefined };
  }
}

/** 256 random bits need neither salt nor a slow hash. */
function hashOf(token: string): string {
  return hash('sha256', token, 'base64url');
}
