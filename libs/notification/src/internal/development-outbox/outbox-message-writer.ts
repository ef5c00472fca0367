import type { OperationContext } from '@org/core';
import type { RepositoryDependencies } from '@org/core/store';

import type { OutboxMessage } from '../../types.ts';
import { OutboxMessageRepository } from './store/outbox-message-repository.ts';

export class OutboxMessageWriter {
  readonly #repository: OutboxMessageRepository;
  readonly #maximumMessages: number;

  /** @param maximumMessages how many are kept; the oldest are removed */
  constructor(dependencies: RepositoryDependencies, maximumMessages: number) {
    this.#repository = new OutboxMessageRepository(dependencies);
    this.#maximumMessages = maximumMessages;
  }

  async keepMessage(
    {
      deliveryId,
      channel,
      recipient,
      subject,
      text,
      html,
    }: Omit<OutboxMessage, 'id' | 'createdAt'>,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.insertOne(
      { delivery_id: deliveryId, channel, recipient, subject, text, html },
      context,
    );
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
