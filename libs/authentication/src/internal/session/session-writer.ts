import { randomBytes } from 'node:crypto';

import type { AuditTrail, Clock, Erasure, OperationContext, TransactionRunner } from '@org/core';
import { objectIdOf, parseObjectId } from '@org/core/store';

import { AccessTokenInvalidError } from '../../errors.ts';
import type { CreateAccessTokenParams, SessionOrigin, TokenReuseListener } from '../../types.ts';
import {
  describeEndedSessions,
  describeLogin,
  describeRenewedSession,
  describeTokenReuse,
} from '../security-event-util.ts';
import { hashSecret, type RefreshSecrets } from './refresh-token-util.ts';
import {
  describeUse,
  toRefreshableSession,
  whereAlive,
  type RefreshableSession,
  type SessionSettings,
} from './session-util.ts';
import { SessionModel } from './store/session-model.ts';
import type { SessionRepository } from './store/session-repository.ts';

export interface SessionWriterDependencies {
  readonly clock: Clock;
  readonly repository: SessionRepository;
  readonly transactions: TransactionRunner;
  readonly audit: AuditTrail;
  readonly secrets: RefreshSecrets;
  readonly settings: SessionSettings;
}

const SALT_BYTES = 32;

export class SessionWriter {
  readonly #dependencies: SessionWriterDependencies;

  constructor(dependencies: SessionWriterDependencies) {
    this.#dependencies = dependencies;
  }

  async createSession(
    { accountId, sessionEpoch = 0, ...origin }: CreateAccessTokenParams,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    const { clock, repository, transactions, audit, secrets, settings } = this.#dependencies;
    const now = clock.now();
    const absoluteExpiresAt = new Date(now.getTime() + settings.absoluteTimeToLiveMilliseconds);
    const _id = SessionModel.generateId();
    const salt = randomBytes(SALT_BYTES).toString('base64url');
    const secret = secrets.derive({ id: _id.toHexString(), salt }, 0);
    return transactions.withTransaction(context, async (transaction) => {
      const stored = await repository.insertOne(
        {
          _id,
          account_id: accountId,
          ...(sessionEpoch === 0 ? {} : { epoch: sessionEpoch }),
          salt,
          generation: 0,
          current_hash: hashSecret(secret),
          previous_hash: null,
          rotated_at: null,
          ...describeUse(origin, { now, absoluteExpiresAt }, settings),
          absolute_expires_at: absoluteExpiresAt,
          revoked_at: null,
        },
        transaction,
      );
      await audit.record(describeLogin(accountId, _id.toHexString()), transaction);
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
    const { clock, transactions, repository, audit, secrets, settings } = this.#dependencies;
    const { generation, currentHash, absoluteExpiresAt } = session;
    const now = clock.now();
    const secret = secrets.derive(session, generation + 1);
    return transactions.withTransaction(asOwner(session, context), async (transaction) => {
      const rotated = await repository.findOneAndUpdate(
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
            ...describeUse(origin, { now, absoluteExpiresAt }, settings),
          },
        },
        transaction,
      );
      if (rotated === undefined) {
        return undefined;
      }
      await audit.record(describeRenewedSession(session.id), transaction);
      return toRefreshableSession(SessionModel.fromBson(rotated), secret);
    });
  }

  /** Records that a client got the successor again that it, or another request of it, has. */
  async recordReplay(session: SessionModel, context: OperationContext): Promise<void> {
    await this.#dependencies.audit.record(
      describeRenewedSession(session.id),
      asOwner(session, context),
    );
  }

  /**
   * Ends a session whose refresh token somebody else has, whatever becomes of the request.
   *
   * @returns whether it was alive until now
   */
  async endReusedSession(
    session: SessionModel,
    onReuse: TokenReuseListener | undefined,
    context: OperationContext,
  ): Promise<boolean> {
    const { transactions, repository, audit, clock } = this.#dependencies;
    return transactions.withTransaction(asOwner(session, context), async (transaction) => {
      const ended = await repository.findOneAndUpdate(
        { _id: objectIdOf(session), revoked_at: null },
        { $set: { revoked_at: clock.now() } },
        transaction,
      );
      if (ended !== undefined) {
        await audit.record(describeTokenReuse(session.id), transaction);
        await onReuse?.({ accountId: session.accountId }, transaction);
      }
      return ended !== undefined;
    });
  }

  /** Ends those of the sessions that are the account's and have not ended. */
  async endSessions(
    { accountId, sessionIds }: { accountId: string; sessionIds: readonly string[] },
    context: OperationContext,
  ): Promise<void> {
    const { clock, transactions, repository, audit } = this.#dependencies;
    const ids = sessionIds.map(parseObjectId).filter((id) => id !== undefined);
    if (ids.length === 0) {
      return;
    }
    await transactions.withTransaction(context, async (transaction) => {
      const filter = { _id: { $in: ids }, account_id: accountId, revoked_at: null };
      const ended = await repository.find(filter, transaction);
      if (ended.length > 0) {
        await repository.updateMany(filter, { $set: { revoked_at: clock.now() } }, transaction);
        const endedIds = ended.map(({ _id }) => _id.toHexString());
        await audit.record(describeEndedSessions(endedIds), transaction);
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
    const { clock, repository } = this.#dependencies;
    const _id = parseObjectId(sessionId);
    const filter = { account_id: accountId, ...whereAlive(clock.now()) };
    const moved =
      _id && (await repository.findOneAndUpdate({ ...filter, _id }, { $set: { epoch } }, context));
    if (moved === undefined) {
      throw new AccessTokenInvalidError(undefined, accountId);
    }
  }

  async deleteSessionsByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#dependencies.repository.eraseMany({ account_id: accountId }, erasure, context);
  }
}

/** Who has a session's token acts for its account, whatever becomes of the request. */
function asOwner({ accountId }: SessionModel, context: OperationContext): OperationContext {
  return context.withoutTransaction().withActor({ type: 'account', id: accountId });
}
