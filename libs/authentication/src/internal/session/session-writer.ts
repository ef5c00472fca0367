import { randomBytes } from 'node:crypto';

import type { Erasure, OperationContext } from '@org/core';
import { createObjectId, parseObjectId, type CollectionReport } from '@org/core/store';

import { AccessTokenInvalidError } from '../../errors.ts';
import { sessionEnded, sessionStarted } from '../../events.ts';
import type { RenewAuthenticationParams } from '../../types.ts';
import type { ConfiguredDependencies } from '../module-dependencies.ts';
import {
  endedSessionEvent,
  loginEvents,
  renewedAuthenticationEvent,
} from '../security-event-util.ts';
import { NewDeviceCheck, type StartSessionParams } from './new-device-check.ts';
import { deriveSecret, hashSecret } from './session-token-util.ts';
import { SessionCountCache } from './session-count-cache.ts';
import { SessionCutoffWriter } from './session-cutoff-writer.ts';
import type { SessionLivenessCache } from './session-liveness-cache.ts';
import type { SessionReader } from './session-reader.ts';
import { findSurplusSessions } from './session-surplus-util.ts';
import {
  toIssuedSession,
  toUseFields,
  whereAlive,
  whereRenewable,
  type IssuedSession,
} from './session-util.ts';
import { SessionModel } from './store/session-model.ts';
import { SessionRepository, type SessionFilter } from './store/session-repository.ts';

const SALT_BYTES = 32;
const ONLY_IDS = { account_id: 1 };

export class SessionWriter {
  readonly cutoffs: SessionCutoffWriter;
  readonly #dependencies: ConfiguredDependencies;
  readonly #repository: SessionRepository;
  readonly #counts: SessionCountCache;
  readonly #reader: SessionReader;
  readonly #liveness: SessionLivenessCache;
  readonly #newDevices: NewDeviceCheck;

  constructor(
    dependencies: ConfiguredDependencies,
    reader: SessionReader,
    liveness: SessionLivenessCache,
  ) {
    this.#dependencies = dependencies;
    this.#repository = new SessionRepository(dependencies);
    this.cutoffs = new SessionCutoffWriter(dependencies, liveness);
    this.#counts = new SessionCountCache(dependencies.clock);
    this.#reader = reader;
    this.#liveness = liveness;
    this.#newDevices = new NewDeviceCheck(dependencies);
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection(), await this.cutoffs.initialize()];
  }

  /**
   * Starts a session, and ends the one that it replaces. If the account then has too many, the least
   * recently used ones end.
   */
  async startSession(
    params: StartSessionParams,
    context: OperationContext,
  ): Promise<IssuedSession> {
    const { accountId, replacedSession } = params;
    const { clock, settings } = this.#dependencies;
    const { sessionMaximumPerAccount: maximum } = settings;
    const create = () =>
      this.#newDevices.tolerate(params, context, (told) => this.#createSession(told, context));
    if (this.#counts.hasRoom(accountId, maximum)) {
      return create();
    }
    // In parallel, so that the login does not wait for it.
    const [started, uses] = await Promise.all([
      create(),
      this.#reader.getSessionUsesByAccountId(accountId, settings, context.withoutTransaction()),
    ]);
    // They may have been read before or after.
    const isOther = (id: string) => id !== started.sessionId && id !== replacedSession?.sessionId;
    const others = uses.filter(({ id }) => isOther(id));
    this.#counts.remember(accountId, Math.min(others.length + 1, maximum));
    const sessionIds = findSurplusSessions(others, started, {
      maximum,
      now: clock.now(),
      lastRequestAt: (sessionId) => this.#liveness.lastReadAt(sessionId),
    });
    await this.endSessions({ accountId, sessionIds }, context);
    return started;
  }

  async #createSession(
    params: StartSessionParams,
    context: OperationContext,
  ): Promise<IssuedSession> {
    const { accountId, sessionEpoch = 0, authenticatedBy, transport, ...origin } = params;
    const { clock, database, audit, events, secretKey, settings } = this.#dependencies;
    const now = clock.now();
    const lifetime = settings.sessionAbsoluteTimeToLiveMilliseconds;
    const absoluteExpiresAt = new Date(now.getTime() + lifetime);
    // Refresh tokens contain it, so it is needed before the session is stored.
    const _id = createObjectId(now);
    const salt = randomBytes(SALT_BYTES).toString('base64url');
    const secret = deriveSecret(secretKey, { id: _id.toHexString(), salt, transport }, 0);
    return database.withTransaction(context, async (transaction) => {
      const tell = this.#newDevices.look(params, _id.toHexString(), context);
      const stored = await this.#repository.insertOne(
        {
          _id,
          account_id: accountId,
          ...(sessionEpoch === 0 ? {} : { epoch: sessionEpoch }),
          salt,
          generation: 0,
          current_hash: hashSecret(secret, transport),
          previous_hash: null,
          rotated_at: null,
          ...toUseFields(origin, { now, absoluteExpiresAt }, settings),
          absolute_expires_at: absoluteExpiresAt,
          revoked_at: null,
          authenticated_at: now,
          ...(authenticatedBy === undefined ? {} : { authenticated_by: authenticatedBy }),
          transport,
        },
        transaction,
      );
      const sessionId = _id.toHexString();
      await audit.record(loginEvents(accountId, sessionId), transaction);
      await events.publish(sessionStarted, { accountId, sessionId }, transaction);
      await this.#endReplaced(params, transaction);
      const session = SessionModel.fromBson(stored);
      await tell(session, transaction);
      return toIssuedSession(session, secret);
    });
  }

  async #endReplaced(
    { replacedSession }: StartSessionParams,
    transaction: OperationContext,
  ): Promise<void> {
    if (replacedSession !== undefined) {
      const { accountId, sessionId } = replacedSession;
      const owner = transaction.withActor({ type: 'account', id: accountId });
      await this.endSessions({ accountId, sessionIds: [sessionId] }, owner);
    }
  }

  /** Ends those of the sessions that belong to the account and have not ended. */
  async endSessions(
    { accountId, sessionIds }: { accountId: string; sessionIds: readonly string[] },
    context: OperationContext,
  ): Promise<void> {
    const { clock, database, audit, events } = this.#dependencies;
    this.#liveness.distrust(sessionIds);
    const ids = sessionIds.map(parseObjectId).filter((id) => id !== undefined);
    if (ids.length === 0) {
      return;
    }
    await database.withTransaction(context, async (transaction) => {
      const filter = { _id: { $in: ids }, account_id: accountId, revoked_at: null };
      const ended = await this.#repository.find(filter, transaction, { projection: ONLY_IDS });
      if (ended.length > 0) {
        const update = { $set: { revoked_at: clock.now() } };
        await this.#repository.updateMany(filter, update, transaction);
        const endedIds = ended.map(({ _id }) => _id.toHexString());
        await audit.record(endedIds.map(endedSessionEvent), transaction);
        for (const sessionId of endedIds) {
          await events.publish(sessionEnded, { accountId, sessionId }, transaction);
        }
      }
    });
  }

  /**
   * Keeps a live session valid in another epoch. Throws if it has ended, so that nothing its bearer
   * began before that is stored afterwards.
   */
  async moveToEpoch(
    { accountId, sessionId, epoch }: { accountId: string; sessionId: string; epoch: number },
    context: OperationContext,
  ): Promise<void> {
    const _id = parseObjectId(sessionId);
    const isLive = { account_id: accountId, ...whereAlive(this.#dependencies.clock.now()) };
    const update = { $set: { epoch } };
    const moved =
      _id && (await this.#repository.findOneAndUpdate({ ...isLive, _id }, update, context));
    if (moved === undefined) {
      throw new AccessTokenInvalidError(undefined, accountId);
    }
  }

  /**
   * Records that the account has proved itself again in a session.
   *
   * @param where further conditions on the session
   * @param set what else changes
   * @returns `undefined` if it is not so, or has ended, or has moved to another epoch than that of the
   *   proof, as by a change of the password
   */
  async renewAuthentication(
    { accountId, sessionId, sessionEpoch, authenticatedBy }: RenewAuthenticationParams,
    { where, set = {} }: { readonly where: SessionFilter; readonly set?: object },
    context: OperationContext,
  ): Promise<SessionModel | undefined> {
    const { clock, database, audit } = this.#dependencies;
    const now = clock.now();
    const _id = parseObjectId(sessionId);
    const isRenewable = { ...where, ...whereRenewable(accountId, sessionEpoch, now) };
    const proof = { authenticated_at: now, authenticated_by: authenticatedBy };
    const update = { $set: { ...set, ...proof } };
    return database.withTransaction(context, async (transaction) => {
      const renewed =
        _id &&
        (await this.#repository.findOneAndUpdate({ ...isRenewable, _id }, update, transaction));
      if (renewed === undefined) {
        return undefined;
      }
      await audit.record([renewedAuthenticationEvent(sessionId)], transaction);
      return SessionModel.fromBson(renewed);
    });
  }

  async deleteSessionsByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.eraseOwned(accountId, erasure, context);
  }
}
