import type { Erasure, OperationContext } from '@org/core';
import type { CollectionReport, RepositoryDependencies } from '@org/core/store';

import type { OutboxMessage } from '../../types.ts';
import { OutboxMessageModel } from './store/outbox-message-model.ts';
import { OutboxMessageRepository } from './store/outbox-message-repository.ts';

const MAXIMUM_MESSAGES = 200;

export interface NewOutboxMessage extends Omit<OutboxMessage, 'id' | 'createdAt'> {
  readonly accountId?: string | undefined;
}

export class OutboxMessageLog {
  readonly #repository: OutboxMessageRepository;
  readonly #maximumMessages: number;

  /** @param maximumMessages how many are kept; the oldest are removed */
  constructor(dependencies: RepositoryDependencies, maximumMessages = MAXIMUM_MESSAGES) {
    this.#repository = new OutboxMessageRepository(dependencies);
    this.#maximumMessages = maximumMessages;
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /** Newest first. */
  async getMessages(context: OperationContext): Promise<readonly OutboxMessage[]> {
    const found = await this.#repository.find({}, context, { sort: { _id: -1 } });
    return found.map(convertMessageBsonToMessage);
  }

  /** Stores a message, and removes the oldest beyond the maximum. */
  async keepMessage(
    { deliveryId, accountId, ...message }: NewOutboxMessage,
    context: OperationContext,
  ): Promise<void> {
    const owner = accountId === undefined ? {} : { account_id: accountId };
    await this.#repository.insertOne({ delivery_id: deliveryId, ...owner, ...message }, context);
    const kept = await this.#repository.find({}, context, {
      sort: { _id: -1 },
      projection: { _id: 1 },
    });
    const newestSurplus = kept[this.#maximumMessages];
    if (newestSurplus !== undefined) {
      await this.#repository.deleteMany({ _id: { $lte: newestSurplus._id } }, context);
    }
  }

  async deleteMessagesByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.eraseOwned(accountId, erasure, context);
  }
}

function convertMessageBsonToMessage(bson: object): OutboxMessage {
  const { id, deliveryId, channel, recipient, subject, text, html, headers, createdAt } =
    OutboxMessageModel.fromBson(bson);
  const more = headers === undefined ? {} : { headers };
  return { id, deliveryId, channel, recipient, subject, text, html, ...more, createdAt };
}
