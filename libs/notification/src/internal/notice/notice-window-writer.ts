import type { Clock, OperationContext } from '@org/core';

import type { ModuleDependencies } from '../module-dependencies.ts';
import { NoticeWindowRepository } from './store/notice-window-repository.ts';

/** How long after a notice further ones of its kind are only counted: a day. */
const WINDOW_MILLISECONDS = 24 * 60 * 60_000;

/**
 * Call it in a transaction: if two open a window at the same time, they write to the same document,
 * so one of them is retried and finds it open.
 */
export class NoticeWindowWriter {
  readonly #repository: NoticeWindowRepository;
  readonly #clock: Clock;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new NoticeWindowRepository(dependencies);
    this.#clock = dependencies.clock;
  }

  /**
   * Counts a notice in its key's window, if one is open.
   *
   * @returns how long it stays open, in milliseconds; 0: none is
   */
  async countInWindow(key: string, transaction: OperationContext): Promise<number> {
    const now = this.#clock.now();
    const open = await this.#repository.findOneAndUpdate(
      { key, ends_at: { $gt: now } },
      { $inc: { count: 1 } },
      transaction,
    );
    return open === undefined ? 0 : open.ends_at.getTime() - now.getTime();
  }

  async openWindow(key: string, transaction: OperationContext): Promise<void> {
    const endsAt = new Date(this.#clock.now().getTime() + WINDOW_MILLISECONDS);
    await this.#repository.upsertOne({ key }, { $set: { ends_at: endsAt, count: 1 } }, transaction);
  }
}
