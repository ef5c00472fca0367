import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  parseObjectId,
  withId,
  type RepositoryDependencies,
} from '@org/core/store';

import { ContactRequestModel, type ContactRequestDocument } from './contact-change-model.ts';

/** Changes of contact that wait for another operator. */
export class ContactRequestRepository extends ApplicationRepository<ContactRequestDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: ContactRequestModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['account_id', 'new_contact', 'requested_by', 'expires_at'],
        properties: {
          account_id: { bsonType: 'string' },
          new_contact: {
            bsonType: 'object',
            properties: {
              email: { bsonType: ['string', 'null'] },
              phone_number: { bsonType: ['object', 'null'] },
            },
          },
          requested_by: {
            bsonType: 'object',
            properties: { type: { bsonType: 'string' }, id: { bsonType: ['string', 'null'] } },
          },
          expires_at: { bsonType: 'date' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      fromBson: (document) => ContactRequestModel.fromBson(document),
      ownerOf: ({ account_id }) => String(account_id),
      redacted: ['new_contact'],
      indexes: [
        { keys: { account_id: 1 } },
        // For cleanup only; whoever reads one checks its own time.
        { keys: { expires_at: 1 }, options: { expireAfterSeconds: 0 } },
      ],
    });
  }

  async findById(
    id: string,
    now: Date,
    context: OperationContext,
  ): Promise<ContactRequestModel | undefined> {
    const _id = parseObjectId(id);
    const found = _id && (await this.findOne({ _id, expires_at: { $gt: now } }, context));
    return found && ContactRequestModel.fromBson(found);
  }

  /** Newest first. */
  async findPending(
    { before, limit }: { readonly before: string | undefined; readonly limit: number },
    now: Date,
    context: OperationContext,
  ): Promise<readonly ContactRequestModel[]> {
    const _id = before === undefined ? undefined : parseObjectId(before);
    const filter = { ...(_id && { _id: { $lt: _id } }), expires_at: { $gt: now } };
    const found = await this.find(filter, context, { sort: { _id: -1 }, limit });
    return found.map((request) => ContactRequestModel.fromBson(request));
  }

  async findByAccountId(
    accountId: string,
    now: Date,
    context: OperationContext,
  ): Promise<readonly ContactRequestModel[]> {
    const found = await this.find({ account_id: accountId, expires_at: { $gt: now } }, context);
    return found.map((request) => ContactRequestModel.fromBson(request));
  }

  async *export(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    for await (const page of this.findInPages({ account_id: accountId }, context)) {
      yield page.map(({ new_contact, created_at }) => ({ new_contact, created_at }));
    }
  }

  async removeByAccountId(accountId: string, transaction: OperationContext): Promise<void> {
    await this.deleteMany({ account_id: accountId }, transaction);
  }

  /** @returns whether it was still there */
  async remove({ id }: ContactRequestModel, transaction: OperationContext): Promise<boolean> {
    return this.deleteOne(withId(id), transaction);
  }
}
