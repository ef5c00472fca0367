import { ServiceUnavailableError, type Clock, type OperationContext } from '@org/core';

import { AccessTokenInvalidError, RefreshTokenReusedError } from '../../errors.ts';
import type {
  CreateAccessTokenParams,
  EndSessionParams,
  EndSessionsByAccountIdParams,
  RefreshAccessTokenParams,
  TokenReuseListener,
} from '../../types.ts';
import { parseRefreshToken, type RefreshSecrets } from './refresh-token-util.ts';
import type { SessionLiveness } from './session-liveness.ts';
import type { SessionCounts } from './session-counts.ts';
import type { SessionReader } from './session-reader.ts';
import { findSurplusSessions, type SessionUse } from './session-surplus-util.ts';
import {
  isAlive,
  toRefreshableSession,
  type RefreshableSession,
  type SessionSettings,
  type StoredSession,
} from './session-util.ts';
import type { SessionWriter } from './session-writer.ts';

export interface SessionsDependencies {
  readonly clock: Clock;
  readonly reader: SessionReader;
  readonly writer: SessionWriter;
  readonly liveness: SessionLiveness;
  readonly counts: SessionCounts;
  readonly secrets: RefreshSecrets;
  readonly settings: SessionSettings;
}

/** How long the token before the newest is still taken for a client that missed the answer. */
const REPLAY_MILLISECONDS = 30_000;

/** The life of sessions: started, refreshed, ended. */
export class Sessions {
  readonly #dependencies: SessionsDependencies;

  constructor(dependencies: SessionsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Starts a session. Of those that are too many then, the ones used longest ago end. */
  async start(
    params: CreateAccessTokenParams,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    const { reader, writer, counts, settings } = this.#dependencies;
    const { accountId } = params;
    const { maximumPerAccount: maximum } = settings;
    if (counts.hasRoom(accountId, maximum)) {
      return writer.createSession(params, context);
    }
    // At the same time: a login is not to wait for it.
    const [started, uses] = await Promise.all([
      writer.createSession(params, context),
      reader.getSessionUsesByAccountId(accountId, context.withoutTransaction()),
    ]);
    const others = uses.filter((use) => use.id !== started.sessionId);
    counts.remember(accountId, Math.min(others.length + 1, maximum));
    await this.#end(accountId, this.#findSurplus(uses, started), context);
    return started;
  }

  /**
   * Exchanges a refresh token for its successor. What the direct predecessor gets within the replay
   * time is that same successor: parallel requests of one client, or an answer that never arrived.
   *
   * @throws AccessTokenInvalidError for a token that is forged, or whose session has ended
   * @throws RefreshTokenReusedError for any older one; its session ends
   */
  async refresh(
    params: RefreshAccessTokenParams,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    const { clock, reader, writer, secrets } = this.#dependencies;
    const presented = parseRefreshToken(params.refreshToken);
    if (presented === undefined) {
      throw new AccessTokenInvalidError();
    }
    const session = await reader.findSession(presented.sessionId, context);
    if (session === undefined || !secrets.isGenuine(session, presented)) {
      throw new AccessTokenInvalidError();
    }
    if (presented.generation > session.generation || !isAlive(session, clock.now())) {
      throw new AccessTokenInvalidError(undefined, session.accountId);
    }
    if (presented.generation < session.generation) {
      return this.#answerAncestor(presented.generation, session, params.onReuse, context);
    }
    // Where another request was faster, this token is now the predecessor.
    return (await writer.rotateSession(session, params, context)) ?? this.refresh(params, context);
  }

  /** A session that is not there, or another account's, is none to end. */
  async endOne(
    { accountId, sessionId }: EndSessionParams,
    context: OperationContext,
  ): Promise<void> {
    const session = await this.#dependencies.reader.findSession(sessionId, context);
    if (session?.accountId === accountId) {
      await this.#end(accountId, [session.id], context);
    }
  }

  async endAll(
    { accountId, kept }: EndSessionsByAccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    const { reader, writer } = this.#dependencies;
    const ids = await reader.getSessionIdsByAccountId(accountId, context);
    const ended = ids.filter((id) => id !== kept?.sessionId);
    await this.#end(accountId, ended, context);
    if (kept?.sessionEpoch !== undefined) {
      const { sessionId, sessionEpoch: epoch } = kept;
      await writer.moveToEpoch({ accountId, sessionId, epoch }, context);
    }
  }

  #findSurplus(
    uses: readonly SessionUse[],
    { sessionId: id, startedAt }: RefreshableSession,
  ): readonly string[] {
    const { clock, liveness, settings } = this.#dependencies;
    return findSurplusSessions(
      uses,
      { id, startedAt },
      {
        maximum: settings.maximumPerAccount,
        now: clock.now(),
        accessTokenMilliseconds: settings.accessTokenTimeToLiveMilliseconds,
        lastRequestAt: (sessionId) => liveness.lastLookAt(sessionId),
      },
    );
  }

  async #answerAncestor(
    generation: number,
    session: StoredSession,
    onReuse: TokenReuseListener | undefined,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    const { clock, writer, liveness, secrets } = this.#dependencies;
    const sinceRotation = clock.now().getTime() - (session.rotatedAt?.getTime() ?? -Infinity);
    if (generation === session.generation - 1 && sinceRotation <= REPLAY_MILLISECONDS) {
      const secret = secrets.findByHash(session, session.generation, session.currentHash);
      if (secret === undefined) {
        // Made by a process that has a newer secret key: the token is good, and not to be given up.
        throw new ServiceUnavailableError();
      }
      await writer.recordReplay(session, context);
      return toRefreshableSession(session, secret);
    }
    liveness.distrust([session.id]);
    // The one that ended it tells: the owner is to hear of it once.
    const isEnded = await writer.endReusedSession(session, onReuse, context);
    throw isEnded
      ? new RefreshTokenReusedError(session.accountId)
      : new AccessTokenInvalidError(undefined, session.accountId);
  }

  async #end(
    accountId: string,
    sessionIds: readonly string[],
    context: OperationContext,
  ): Promise<void> {
    if (sessionIds.length === 0) {
      return;
    }
    const { writer, liveness } = this.#dependencies;
    liveness.distrust(sessionIds);
    await writer.endSessions({ accountId, sessionIds }, context);
  }
}
