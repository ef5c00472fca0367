import type { OperationContext } from '@org/core';
import { ApplicationRepository, parseObjectId, type RepositoryDependencies } from '@org/core/store';

import {
  ContactChangeModel,
  contactChangeSchema,
  type ContactChangeDocument,
  type StoredContact,
} from './contact-change-model.ts';

/** Seven days longer than a change can be undone, since the last one may undo it too; and one more. */
const KEPT_SECONDS = 8 * 24 * 60 * 60;

/** Changes of accounts' contacts. */
export class ContactChangeRepository extends ApplicationRepository<ContactChangeDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: ContactChangeModel.getCollectionName(),
      schema: contactChangeSchema,
      fromBson: (document) => ContactChangeModel.fromBson(document),
      ownerOf: ({ account_id }) => String(account_id),
      redacted: ['new_contact', 'old_contact', 'reversal_hash'],
      indexes: [
        { keys: { account_id: 1, _id: 1 } },
        {
          keys: { reversal_hash: 1 },
          options: {
            name: 'reversal_hash_unique',
            unique: true,
            partialFilterExpression: { reversal_hash: { $gt: '' } },
          },
        },
        // For cleanup only; whoever reads one checks its own time.
        { keys: { expires_at: 1 }, options: { expireAfterSeconds: KEPT_SECONDS } },
      ],
    });
  }

  async findPending(
    accountId: string,
    id: string,
    context: OperationContext,
  ): Promise<ContactChangeDocument | undefined> {
    const _id = parseObjectId(accountId) && parseObjectId(id);
    return _id && this.findOne({ _id, account_id: accountId, status: 'pending' }, context);
  }

  async findPendingByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly ContactChangeDocument[]> {
    return this.find({ account_id: accountId, status: 'pending' }, context, { sort: { _id: 1 } });
  }

  /** @returns `undefined` if it is not pending any more */
  async finish(
    { _id }: ContactChangeDocument,
    done: Required<Pick<ContactChangeDocument, 'old_contact' | 'identity_version' | 'expires_at'>> &
      Pick<ContactChangeDocument, 'reversal_hash' | 'session_epoch'>,
    transaction: OperationContext,
  ): Promise<ContactChangeDocument | undefined> {
    const update = { $set: { ...done, status: 'done' as const } };
    return this.findOneAndUpdate({ _id, status: 'pending' }, update, transaction);
  }

  /** @returns the change that the token undoes */
  async findReversible(
    reversalHash: string,
    now: Date,
    context: OperationContext,
  ): Promise<ContactChangeDocument | undefined> {
    return this.findOne(whereReversible(reversalHash, now), context);
  }

  /** @returns the change that the token undoes, marked as undone; `undefined` if there is none */
  async useReversal(
    reversalHash: string,
    now: Date,
    transaction: OperationContext,
  ): Promise<ContactChangeDocument | undefined> {
    return this.findOneAndUpdate(
      whereReversible(reversalHash, now),
      { $set: { status: 'reversed' } },
      transaction,
    );
  }

  /** Changes of the account that were done later, in this order. */
  async findLater(
    { account_id, identity_version: version = 0 }: ContactChangeDocument,
    context: OperationContext,
  ): Promise<readonly ContactChangeDocument[]> {
    const filter = { account_id, status: 'done', identity_version: { $gt: version } } as const;
    return this.find(filter, context, { sort: { identity_version: 1 } });
  }

  /**
   * Changes of the account's other contact that were done earlier, in this order.
   *
   * @param since those that could still be undone then
   */
  async findOthersBefore(
    { account_id, kind, identity_version: version = 0 }: ContactChangeDocument,
    since: Date,
    context: OperationContext,
  ): Promise<readonly ContactChangeDocument[]> {
    const filter = {
      account_id,
      kind: kind === 'email' ? 'phone' : 'email',
      status: 'done',
      identity_version: { $lt: version },
      expires_at: { $gt: since },
    } as const;
    return this.find(filter, context, { sort: { identity_version: 1 } });
  }

  /** Changes of the last 7 days, in the order in which they were done. */
  async findRecent(
    accountId: string,
    now: Date,
    context: OperationContext,
  ): Promise<readonly ContactChangeDocument[]> {
    // What is no id may be too long to be asked for.
    if (parseObjectId(accountId) === undefined) {
      return [];
    }
    const filter = { account_id: accountId, status: 'done', expires_at: { $gt: now } } as const;
    return this.find(filter, context, { sort: { identity_version: 1 } });
  }

  /** @param until a change that is done can be undone until then, or for longer */
  async hasEmailChangeUntil(
    accountId: string,
    until: Date,
    context: OperationContext,
  ): Promise<boolean> {
    const done = { account_id: accountId, kind: 'email', status: 'done' } as const;
    return (await this.findOne({ ...done, expires_at: { $gte: until } }, context)) !== undefined;
  }

  /** The contacts, old and new, of the account's changes that were done. */
  async *findProved(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<StoredContact, void, undefined> {
    const filter = { account_id: accountId, status: { $ne: 'pending' as const } };
    for await (const page of this.findInPages(filter, context, { sort: { _id: 1 } })) {
      for (const { new_contact, old_contact } of page) {
        yield new_contact;
        yield* old_contact === undefined ? [] : [old_contact];
      }
    }
  }

  async voidPending(accountId: string, transaction: OperationContext): Promise<void> {
    await this.deleteMany({ account_id: accountId, status: 'pending' }, transaction);
  }

  /** What is left would tell of a stranger's contacts. */
  async voidAll(accountId: string, transaction: OperationContext): Promise<void> {
    await this.deleteMany({ account_id: accountId }, transaction);
  }

  /** Their tokens become worthless. */
  async voidOnes(
    changes: readonly ContactChangeDocument[],
    transaction: OperationContext,
  ): Promise<void> {
    if (changes.length > 0) {
      const _id = { $in: changes.map((each) => each._id) };
      const update = { $set: { status: 'void' }, $unset: { reversal_hash: true } } as const;
      await this.updateMany({ _id }, update, transaction);
    }
  }
}

function whereReversible(reversalHash: string, now: Date) {
  return { reversal_hash: reversalHash, status: 'done', expires_at: { $gt: now } } as const;
}
