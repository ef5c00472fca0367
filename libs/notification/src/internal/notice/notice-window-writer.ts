import type { Clock, OperationContext } from '@org/core';

import type { NoticeWindowRepository } from './store/notice-window-repository.ts';

export interface NoticeWindowWriterDependencies {
  readonly repository: NoticeWindowRepository;
  readonly clock: Clock;
}

export interface EnteredWindow {
  /** Whether this notice opened the window. */
  readonly isFirst: boolean;
  readonly endsAt: Date;
}

export class NoticeWindowWriter {
  readonly #repository: NoticeWindowRepository;
  readonly #clock: Clock;

  constructor({ repository, clock }: NoticeWindowWriterDependencies) {
    this.#repository = repository;
    this.#clock = clock;
  }

  /**
   * Counts a notice in the window of its key, or opens one. Call it in a transaction: two that open
   * one at the same moment write to the same document, so one of them is run again and finds it open.
   */
  async enter(
    key: string,
    milliseconds: number,
    transaction: OperationContext,
  ): Promise<EnteredWindow> {
    const now = this.#clock.now();
    const open = await this.#repository.findOneAndUpdate(
      { key, ends_at: { $gt: now } },
      { $inc: { count: 1 } },
      transaction,
    );
    if (open !== undefined) {
      return { isFirst: false, endsAt: open.ends_at };
    }
    const endsAt = new Date(now.getTime() + milliseconds);
    await this.#repository.upsertOne({ key }, { $set: { ends_at: endsAt, count: 1 } }, transaction);
    return { isFirst: true, endsAt };
  }
}
