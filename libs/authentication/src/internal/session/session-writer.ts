import type { Clock, OperationContext } from '@org/core';

import type { CreateAccessTokenParams } from '../../types.ts';
import { convertSessionBsonToSession, type Session, type SessionSettings } from './session-util.ts';
import type { SessionRepository } from './store/session-repository.ts';

export interface SessionWriterDependencies {
  readonly clock: Clock;
  readonly repository: SessionRepository;
  readonly settings: SessionSettings;
}

const MAXIMUM_USER_AGENT_LENGTH = 512;

export class SessionWriter {
  readonly #clock: Clock;
  readonly #repository: SessionRepository;
  readonly #settings: SessionSettings;

  constructor({ clock, repository, settings }: SessionWriterDependencies) {
    this.#clock = clock;
    this.#repository = repository;
    this.#settings = settings;
  }

  async createSession(
    { accountId, userAgent, ip }: CreateAccessTokenParams,
    context: OperationContext,
  ): Promise<Session> {
    const now = this.#clock.now();
    const stored = await this.#repository.insertOne(
      {
        account_id: accountId,
        user_agent: userAgent.slice(0, MAXIMUM_USER_AGENT_LENGTH),
        ip,
        last_used_at: now,
        expires_at: after(now, this.#settings.inactivityTimeToLiveMilliseconds),
        absolute_expires_at: after(now, this.#settings.absoluteTimeToLiveMilliseconds),
        revoked_at: null,
      },
      context,
    );
    return convertSessionBsonToSession(stored);
  }
}

function after(date: Date, milliseconds: number): Date {
  return new Date(date.getTime() + milliseconds);
}
