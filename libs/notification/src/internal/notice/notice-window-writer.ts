import type { Clock, OperationContext } from '@org/core';

import type { ModuleDependencies } from '../module-dependencies.ts';
import { NoticeWindowRepository } from './store/notice-window-repository.ts';

/** How long after a notice further ones of its kind are only counted: a day. */
const WINDOW_MILLISECONDS = 24 * 60 * 60_000;

export interface EnteredWindow {
  /** Whether this notice opened the window. */
  readonly isFirst: boolean;
  readonly endsAt: Date;
}

export class NoticeWindowWriter {
  readonly #repository: NoticeWindowRepository;
  readonly #clock: Clock;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new NoticeWindowRepository(dependencies);
    this.#clock = dependencies.clock;
  }

  /**
   * Counts a notice in its key's open window, or opens one. Call it in a transaction: if two open
   * one at the same time, they write to the same document, so one of them is retried and finds it
   * open.
   */
  async enterWindow(key: string, transaction: OperationContext): Promise<EnteredWindow> {
    const now = this.#clock.now();
    const open = await this.#repository.findOneAndUpdate(
      { key, ends_at: { $gt: now } },
      { $inc: { count: 1 } },
      transaction,
    );
    if (open !== undefined) {
      return { isFirst: false, endsAt: open.ends_at };
    }
    const endsAt = new Date(now.getTime() + WINDOW_MILLISECONDS);
    await this.#repository.upsertOne({ key }, { $set: { ends_at: endsAt, count: 1 } }, transaction);
    return { isFirst: true, endsAt };
  }
}
