import type { OperationContext } from '@org/core';

import type { OutboxMessage } from '../../types.ts';
import { convertMessageBsonToMessage } from './outbox-message-util.ts';
import type { OutboxMessageRepository } from './store/outbox-message-repository.ts';

export class OutboxMessageReader {
  readonly #repository: OutboxMessageRepository;

  constructor(repository: OutboxMessageRepository) {
    this.#repository = repository;
  }

  /** Newest first. */
  async getMessages(context: OperationContext): Promise<readonly OutboxMessage[]> {
    const found = await this.#repository.find({}, context, { sort: { _id: -1 } });
    return found.map(convertMessageBsonToMessage);
  }
}
