import type { Clock, OperationContext } from '@org/core';

import type { Session, SessionsByAccountIdParams } from '../../types.ts';
import { convertSessionBsonToSession, whereAlive } from './session-util.ts';
import type { SessionUse } from './session-surplus-util.ts';
import { SessionModel } from './store/session-model.ts';
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

  /** Whose session it is, if it has neither been ended nor run out, and its account allows it. */
  async findAccountIdOfLiveSession(
    sessionId: string,
    context: OperationContext,
  ): Promise<string | undefined> {
    const found = await this.#repository.findUsableById(sessionId, context, {
      where: this.#isAlive(),
      projection: ONLY_IDS,
    });
    return found?.account_id;
  }

  /** A session whatever its state, if its account allows it. */
  async findSession(
    sessionId: string,
    context: OperationContext,
  ): Promise<SessionModel | undefined> {
    const found = await this.#repository.findUsableById(sessionId, context);
    return found && SessionModel.fromBson(found);
  }

  /** The live ones, newest first. */
  async getSessionsByAccountId(
    { accountId, currentSessionId }: SessionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly Session[]> {
    const filter = { account_id: accountId, ...this.#isAlive() };
    const found = await this.#repository.findUsable(filter, context, {
      sort: NEWEST_FIRST,
    });
    return found.map((bson) => convertSessionBsonToSession(bson, currentSessionId));
  }

  /** When the live ones were started and used, in no order; one range of an index. */
  async getSessionUsesByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly SessionUse[]> {
    const found = await this.#repository.find(
      { account_id: accountId, ...this.#isAlive() },
      context,
      { projection: ONLY_USES },
    );
    return found.map((bson) => ({
      id: bson._id.toHexString(),
      startedAt: bson.created_at,
      lastUsedAt: bson.last_used_at,
      refreshedAt: bson.rotated_at ?? null,
    }));
  }

  /** The ids of the live ones, newest first. */
  async getSessionIdsByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly string[]> {
    const found = await this.#repository.find(
      { account_id: accountId, ...this.#isAlive() },
      context,
      { sort: NEWEST_FIRST, projection: ONLY_IDS },
    );
    return found.map(({ _id }) => _id.toHexString());
  }

  /** All of them, ended ones too, newest first, page by page. */
  async *findStoredSessionsByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly SessionModel[], void, undefined> {
    const filter = { account_id: accountId };
    for await (const page of this.#repository.findInPages(filter, context, {
      sort: NEWEST_FIRST,
    })) {
      yield page.map((bson) => SessionModel.fromBson(bson));
    }
  }

  #isAlive() {
    return whereAlive(this.#clock.now());
  }
}

const NEWEST_FIRST = { created_at: -1, _id: -1 } as const;
const ONLY_IDS = { account_id: 1 };
const ONLY_USES = { account_id: 1, created_at: 1, last_used_at: 1, rotated_at: 1 };
