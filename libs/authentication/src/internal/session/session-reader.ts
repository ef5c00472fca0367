import type { Clock, OperationContext } from '@org/core';
import { parseObjectId } from '@org/core/store';

import { convertSessionBsonToSession, type Session } from './session-util.ts';
import type { SessionRepository } from './store/session-repository.ts';

export interface SessionReaderDependencies {
  readonly clock: Clock;
  readonly repository: SessionRepository;
}

export class SessionReader {
  readonly #clock: Clock;
  readonly #repository: SessionRepository;

  constructor({ clock, repository }: SessionReaderDependencies) {
    this.#clock = clock;
    this.#repository = repository;
  }

  /** The session if it has neither been ended nor run out. */
  async findLiveSessionById(
    sessionId: string,
    context: OperationContext,
  ): Promise<Session | undefined> {
    const id = parseObjectId(sessionId);
    if (id === undefined) {
      return undefined;
    }
    const now = this.#clock.now();
    const found = await this.#repository.findOne(
      {
        _id: id,
        revoked_at: null,
        expires_at: { $gt: now },
        absolute_expires_at: { $gt: now },
      },
      context,
    );
    return found && convertSessionBsonToSession(found);
  }
}
