import { clampPageSize, type Actor, type OperationContext, type PhoneNumber } from '@org/core';
import { parseObjectId, type CollectionReport } from '@org/core/store';

import {
  AccountBadRequestError,
  AccountContactRequestNotFoundError,
  AccountSameOperatorError,
} from '../../errors.ts';
import type { ContactRecipient } from '../contact/contact-changes.ts';
import { ContactChanger, type ContactChangerDependencies } from '../contact/contact-changer.ts';
import { phoneNumberOf, toStoredContact } from '../contact/stored-contact.ts';
import type { ContactRequestModel } from '../store/contact-change-model.ts';
import { ContactRequestRepository } from '../store/contact-request-repository.ts';

/** A change of contact that an operator has asked for, and another has to approve. */
export interface ContactRequest {
  readonly id: string;
  readonly accountId: string;
  readonly email: string | null;
  readonly phoneNumber: PhoneNumber | null;
  readonly requestedBy: Actor;
  readonly requestedAt: Date;
  /** Until when it can be approved. */
  readonly expiresAt: Date;
}

export interface ContactRequestPage {
  /** Newest first. */
  readonly items: readonly ContactRequest[];
  readonly nextCursor: string | null;
}

const DECIDABLE_MILLISECONDS = 7 * 24 * 60 * 60_000;
const DEFAULT_LIMIT = 20;
const MAXIMUM_LIMIT = 200;

/** Changes of contact that one operator asks for and another approves. */
export class ContactRequests {
  readonly #dependencies: ContactChangerDependencies;
  readonly #repository: ContactRequestRepository;
  readonly #changer: ContactChanger;

  constructor(dependencies: ContactChangerDependencies) {
    this.#dependencies = dependencies;
    this.#repository = new ContactRequestRepository(dependencies);
    this.#changer = new ContactChanger(dependencies);
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  /** Replaces the account's earlier request. */
  async request(
    accountId: string,
    recipient: ContactRecipient,
    context: OperationContext,
  ): Promise<{ readonly id: string; readonly expiresAt: Date }> {
    const { clock, database, reader } = this.#dependencies;
    const expiresAt = new Date(clock.now().getTime() + DECIDABLE_MILLISECONDS);
    return database.withTransaction(context, async (transaction) => {
      await reader.getExistingById(accountId, transaction);
      await this.#repository.removeByAccountId(accountId, transaction);
      const contact = 'emailAddress' in recipient ? { email: recipient.emailAddress } : recipient;
      const { _id } = await this.#repository.insertOne(
        {
          account_id: accountId,
          new_contact: toStoredContact(contact),
          requested_by: context.actor,
          expires_at: expiresAt,
        },
        transaction,
      );
      return { id: _id.toHexString(), expiresAt };
    });
  }

  async approve(requestId: string, context: OperationContext): Promise<string> {
    const { database } = this.#dependencies;
    return database.withTransaction(context, async (transaction) => {
      const request = await this.#get(requestId, transaction);
      if (isSame(request.requestedBy, context.actor)) {
        throw new AccountSameOperatorError();
      }
      await this.#remove(request, transaction);
      await this.#assertMayAsk(request, transaction);
      const { accountId, email, phoneNumber } = toContactRequest(request);
      const recipient = email === null ? phoneNumber && { phoneNumber } : { emailAddress: email };
      if (recipient === null) {
        throw new AccountContactRequestNotFoundError(requestId);
      }
      await this.#changer.impose(accountId, recipient, transaction);
      return accountId;
    });
  }

  async reject(requestId: string, context: OperationContext): Promise<void> {
    const { database } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      await this.#remove(await this.#get(requestId, transaction), transaction);
    });
  }

  async withdraw(requestId: string, context: OperationContext): Promise<void> {
    const { database } = this.#dependencies;
    await database.withTransaction(context, async (transaction) => {
      const request = await this.#get(requestId, transaction);
      if (!isSame(request.requestedBy, context.actor)) {
        throw new AccountContactRequestNotFoundError(requestId);
      }
      await this.#remove(request, transaction);
    });
  }

  async findPage(
    {
      limit = DEFAULT_LIMIT,
      cursor,
    }: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
    context: OperationContext,
  ): Promise<ContactRequestPage> {
    if (cursor !== undefined && parseObjectId(cursor) === undefined) {
      throw new AccountBadRequestError('cursor must be one that an earlier page gave');
    }
    const size = clampPageSize(limit, MAXIMUM_LIMIT);
    const page = { before: cursor, limit: size + 1 };
    const found = await this.#repository.findPending(page, this.#now(), context);
    const items = found.slice(0, size).map(toContactRequest);
    return { items, nextCursor: found.length > size ? (items.at(-1)?.id ?? null) : null };
  }

  async findByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly ContactRequest[]> {
    const found = await this.#repository.findByAccountId(accountId, this.#now(), context);
    return found.map(toContactRequest);
  }

  async #get(requestId: string, transaction: OperationContext): Promise<ContactRequestModel> {
    const found = await this.#repository.findById(requestId, this.#now(), transaction);
    if (found === undefined) {
      throw new AccountContactRequestNotFoundError(requestId);
    }
    return found;
  }

  /** Two operators are to agree on it until it is made. */
  async #assertMayAsk(
    { id: requestId, requestedBy }: ContactRequestModel,
    transaction: OperationContext,
  ): Promise<void> {
    const { contactRequestPolicy } = this.#dependencies;
    const mayAsk =
      requestedBy.type !== 'account' ||
      (await contactRequestPolicy({ accountId: requestedBy.id }, transaction));
    if (!mayAsk) {
      throw new AccountContactRequestNotFoundError(requestId);
    }
  }

  async #remove(request: ContactRequestModel, transaction: OperationContext): Promise<void> {
    if (!(await this.#repository.remove(request, transaction))) {
      throw new AccountContactRequestNotFoundError(request.id);
    }
  }

  #now(): Date {
    return this.#dependencies.clock.now();
  }
}

function toContactRequest(request: ContactRequestModel): ContactRequest {
  const { id, accountId, contact, requestedBy, createdAt: requestedAt, expiresAt } = request;
  const { email } = contact;
  const phoneNumber = phoneNumberOf(contact);
  return { id, accountId, email, phoneNumber, requestedBy, requestedAt, expiresAt };
}

function isSame(one: Actor, other: Actor): boolean {
  return one.type === other.type && one.id === other.id;
}
