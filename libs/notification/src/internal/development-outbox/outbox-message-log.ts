import type { OperationContext } from '@org/core';
import type { CollectionReport, RepositoryDependencies } from '@org/core/store';

import type { OutboxMessage } from '../../types.ts';
import { OutboxMessageModel } from './store/outbox-message-model.ts';
import { OutboxMessageRepository } from './store/outbox-message-repository.ts';

export class OutboxMessageLog {
  readonly #repository: OutboxMessageRepository;
  readonly #maximumMessages: number;

  constructor(dependencies: RepositoryDependencies, maximumMessages: number) {
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
    { deliveryId, ...message }: Omit<OutboxMessage, 'id' | 'createdAt'>,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.insertOne({ delivery_id: deliveryId, ...message }, context);
    const kept = await this.#repository.find({}, context, {
      sort: { _id: -1 },
      projection: { _id: 1 },
    });
    const newestSurplus = kept[this.#maximumMessages];
    if (newestSurplus !== undefined) {
      await this.#repository.deleteMany({ _id: { $lte: newestSurplus._id } }, context);
    }
  }
}

function convertMessageBsonToMessage(bson: object): OutboxMessage {
  const { id, deliveryId, channel, recipient, subject, text, html, createdAt } =
    OutboxMessageModel.fromBson(bson);
  return { id, deliveryId, channel, recipient, subject, text, html, createdAt };
}
