import type { OperationContext } from '@org/core';
import type { RepositoryDependencies } from '@org/core/store';

import type { OutboxMessage } from '../../types.ts';
import { OutboxMessageModel } from './store/outbox-message-model.ts';
import { OutboxMessageRepository } from './store/outbox-message-repository.ts';

export class OutboxMessageReader {
  readonly #repository: OutboxMessageRepository;

  constructor(dependencies: RepositoryDependencies) {
    this.#repository = new OutboxMessageRepository(dependencies);
  }

  /** Newest first. */
  async getMessages(context: OperationContext): Promise<readonly OutboxMessage[]> {
    const found = await this.#repository.find({}, context, { sort: { _id: -1 } });
    return found.map(convertMessageBsonToMessage);
  }
}

function convertMessageBsonToMessage(bson: object): OutboxMessage {
  const { id, deliveryId, channel, recipient, subject, text, html, createdAt } =
    OutboxMessageModel.fromBson(bson);
  return { id, deliveryId, channel, recipient, subject, text, html, createdAt };
}
