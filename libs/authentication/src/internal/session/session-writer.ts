import { randomBytes } from 'node:crypto';

import { ServiceUnavailableError, type Erasure, type OperationContext } from '@org/core';
import { objectIdOf, parseObjectId, type CollectionReport } from '@org/core/store';

import { AccessTokenInvalidError } from '../../errors.ts';
import type { CreateAccessTokenParams, SessionOrigin } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import {
  endedSessionEvents,
  loginEvents,
  renewedSessionEvents,
  tokenReuseEvents,
} from '../security-event-util.ts';
import { hashSecret, RefreshSecretDeriver } from './refresh-token-util.ts';
import { SessionCountCache } from './session-count-cache.ts';
import type { SessionLivenessCache } from './session-liveness-cache.ts';
import type { SessionReader } from './session-reader.ts';
import { findSurplusSessions } from './session-surplus-util.ts';
import {
  asOwner,
  toRefreshableSession,
  toUseFields,
  whereAlive,
  type RefreshableSession,
  type SessionSettings,
} from './session-util.ts';
import { SessionModel } from './store/session-model.ts';
import { SessionRepository } from './store/session-repository.ts';

const SALT_BYTES = 32;

export class SessionWriter {
  readonly #dependencies: ModuleDependencies;
  readonly #repository: SessionRepository;
  readonly #secrets: RefreshSecretDeriver;
  readonly #counts: SessionCountCache;
  readonly #reader: SessionReader;
  readonly #liveness: SessionLivenessCache;
  readonly #settings: SessionSettings;

  constructor(
    dependencies: ModuleDependencies,
    reader: SessionReader,
    liveness: SessionLivenessCache,
    settings: SessionSettings,
  ) {
    this.#dependencies = dependencies;
    this.#repository = new SessionRepository(dependencies);
    this.#secrets = new RefreshSecretDeriver(dependencies.secretKey);
    this.#counts = new SessionCountCache(dependencies.clock);
    this.#reader = reader;
    this.#liveness = liveness;
    this.#settings = settings;
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /** Starts a session. Of those that are too many then, the ones used longest ago end. */
  async startSession(
    params: CreateAccessTokenParams,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    const { accountId } = params;
    const { maximumPerAccount: maximum } = this.#settings;
    if (this.#counts.hasRoom(accountId, maximum)) {
      return this.#createSession(params, context);
    }
    // At the same time: a login is not to wait for it.
    const [started, uses] = await Promise.all([
      this.#createSession(params, context),
      this.#reader.getSessionUsesByAccountId(accountId, context.withoutTransaction()),
    ]);
    const others = uses.filter(({ id }) => id !== started.sessionId);
    this.#counts.remember(accountId, Math.min(others.length + 1, maximum));
    const sessionIds = findSurplusSessions(
      uses,
      { id: started.sessionId, startedAt: started.startedAt },
      {
        maximum,
        now: this.#dependencies.clock.now(),
        accessTokenMilliseconds: this.#settings.accessTokenTimeToLiveMilliseconds,
        lastRequestAt: (sessionId) => this.#liveness.lastLookupAt(sessionId),
      },
    );
    await this.endSessions({ accountId, sessionIds }, context);
    return started;
  }

  async #createSession(
    { accountId, sessionEpoch = 0, ...origin }: CreateAccessTokenParams,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    const { clock, database, audit } = this.#dependencies;
    const now = clock.now();
    const absoluteExpiresAt = new Date(
      now.getTime() + this.#settings.absoluteTimeToLiveMilliseconds,
    );
    const _id = SessionModel.generateId();
    const salt = randomBytes(SALT_BYTES).toString('base64url');
    const secret = this.#secrets.derive({ id: _id.toHexString(), salt }, 0);
    return database.withTransaction(context, async (transaction) => {
      const stored = await this.#repository.insertOne(
        {
          _id,
          account_id: accountId,
          ...(sessionEpoch === 0 ? {} : { epoch: sessionEpoch }),
          salt,
          generation: 0,
          current_hash: hashSecret(secret),
          previous_hash: null,
          rotated_at: null,
          ...toUseFields(origin, { now, absoluteExpiresAt }, this.#settings),
          absolute_expires_at: absoluteExpiresAt,
          revoked_at: null,
        },
        transaction,
      );
      await audit.record(loginEvents(accountId, _id.toHexString()), transaction);
      return toRefreshableSession(SessionModel.fromBson(stored), secret);
    });
  }

  /**
   * Exchanges the refresh token of the session's generation. Of several who try, one succeeds.
   *
   * @returns `undefined` when it has been exchanged, or the session has ended meanwhile
   */
  async rotateSession(
    session: SessionModel,
    origin: SessionOrigin,
    context: OperationContext,
  ): Promise<RefreshableSession | undefined> {
    const { clock, database, audit } = this.#dependencies;
    const { generation, currentHash, absoluteExpiresAt } = session;
    const now = clock.now();
    const secret = this.#secrets.derive(session, generation + 1);
    return database.withTransaction(asOwner(session, context), async (transaction) => {
      const rotated = await this.#repository.findOneAndUpdate(
        {
          _id: objectIdOf(session),
          generation,
          current_hash: currentHash,
          revoked_at: null,
          expires_at: { $gt: now },
        },
        {
          $set: {
            generation: generation + 1,
            current_hash: hashSecret(secret),
            previous_hash: currentHash,
            rotated_at: now,
            ...toUseFields(origin, { now, absoluteExpiresAt }, this.#settings),
          },
        },
        transaction,
      );
      if (rotated === undefined) {
        return undefined;
      }
      await audit.record(renewedSessionEvents(session.id), transaction);
      return toRefreshableSession(SessionModel.fromBson(rotated), secret);
    });
  }

  /**
   * Gives a client the session's refresh token again, which it or another request of it got already.
   *
   * @throws ServiceUnavailableError when a process that has a newer secret key made that token
   */
  async replaySession(
    session: SessionModel,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    const { generation, currentHash } = session;
    const secret = this.#secrets.findByHash(session, generation, currentHash);
    if (secret === undefined) {
      throw new ServiceUnavailableError();
    }
    const { audit } = this.#dependencies;
    await audit.record(renewedSessionEvents(session.id), asOwner(session, context));
    return toRefreshableSession(session, secret);
  }

  /**
   * Ends a session whose refresh token somebody else has. Call it in a transaction.
   *
   * @returns whether it was alive until now
   */
  async endReusedSession(session: SessionModel, context: OperationContext): Promise<boolean> {
    const { audit, clock } = this.#dependencies;
    this.#liveness.distrust([session.id]);
    const ended = await this.#repository.findOneAndUpdate(
      { _id: objectIdOf(session), revoked_at: null },
      { $set: { revoked_at: clock.now() } },
      context,
    );
    if (ended === undefined) {
      return false;
    }
    await audit.record(tokenReuseEvents(session.id), context);
    return true;
  }

  /** Ends those of the sessions that are the account's and have not ended. */
  async endSessions(
    { accountId, sessionIds }: { accountId: string; sessionIds: readonly string[] },
    context: OperationContext,
  ): Promise<void> {
    const { clock, database, audit } = this.#dependencies;
    this.#liveness.distrust(sessionIds);
    const ids = sessionIds.map(parseObjectId).filter((id) => id !== undefined);
    if (ids.length === 0) {
      return;
    }
    await database.withTransaction(context, async (transaction) => {
      const filter = { _id: { $in: ids }, account_id: accountId, revoked_at: null };
      const ended = await this.#repository.find(filter, transaction);
      if (ended.length > 0) {
        await this.#repository.updateMany(
          filter,
          { $set: { revoked_at: clock.now() } },
          transaction,
        );
        const endedIds = ended.map(({ _id }) => _id.toHexString());
        await audit.record(endedSessionEvents(endedIds), transaction);
      }
    });
  }

  /**
   * Lets a session go on that was started in an earlier epoch of its account, if it is alive: what its
   * bearer began before it ended is not to be stored afterwards.
   *
   * @throws AccessTokenInvalidError when it has ended or run out
   */
  async moveToEpoch(
    { accountId, sessionId, epoch }: { accountId: string; sessionId: string; epoch: number },
    context: OperationContext,
  ): Promise<void> {
    const { clock } = this.#dependencies;
    const _id = parseObjectId(sessionId);
    const filter = { account_id: accountId, ...whereAlive(clock.now()) };
    const moved =
      _id &&
      (await this.#repository.findOneAndUpdate({ ...filter, _id }, { $set: { epoch } }, context));
    if (moved === undefined) {
      throw new AccessTokenInvalidError(undefined, accountId);
    }
  }

  async deleteSessionsByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.eraseMany({ account_id: accountId }, erasure, context);
  }
}
