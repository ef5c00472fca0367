import { ServiceUnavailableError, type OperationContext } from '@org/core';
import { objectIdOf } from '@org/core/store';

import type { SessionOrigin } from '../../types.ts';
import type { ConfiguredDependencies } from '../module-dependencies.ts';
import { renewedSessionEvent, tokenReuseEvents } from '../security-event-util.ts';
import { deriveSecret, findCurrentSecret, hashSecret } from './session-token-util.ts';
import type { SessionLivenessCache } from './session-liveness-cache.ts';
import { asOwner, toIssuedSession, toUseFields, type IssuedSession } from './session-util.ts';
import { SessionModel } from './store/session-model.ts';
import { SessionRepository } from './store/session-repository.ts';

/** Updates a session when its refresh token is presented. */
export class RefreshTokenWriter {
  readonly #dependencies: ConfiguredDependencies;
  readonly #repository: SessionRepository;
  readonly #liveness: SessionLivenessCache;

  constructor(dependencies: ConfiguredDependencies, liveness: SessionLivenessCache) {
    this.#dependencies = dependencies;
    this.#repository = new SessionRepository(dependencies);
    this.#liveness = liveness;
  }

  /** @returns `undefined` if it was exchanged before, or the session has ended meanwhile */
  async rotateSession(
    session: SessionModel,
    origin: SessionOrigin,
    context: OperationContext,
  ): Promise<IssuedSession | undefined> {
    const { clock, database, audit, secretKey, settings } = this.#dependencies;
    const { generation, currentHash, absoluteExpiresAt } = session;
    const now = clock.now();
    const secret = deriveSecret(secretKey, session, generation + 1);
    const isUnchanged = {
      _id: objectIdOf(session),
      generation,
      current_hash: currentHash,
      revoked_at: null,
      expires_at: { $gt: now },
    };
    const successor = {
      generation: generation + 1,
      current_hash: hashSecret(secret, 'token'),
      previous_hash: currentHash,
      rotated_at: now,
      ...toUseFields(origin, { now, absoluteExpiresAt }, settings),
    };
    return database.withTransaction(asOwner(session, context), async (transaction) => {
      const update = { $set: successor };
      const rotated = await this.#repository.findOneAndUpdate(isUnchanged, update, transaction);
      if (rotated === undefined) {
        return undefined;
      }
      await audit.record([renewedSessionEvent(session.id)], transaction);
      return toIssuedSession(SessionModel.fromBson(rotated), secret);
    });
  }

  /** @throws ServiceUnavailableError if a process with a newer secret key made the token */
  async replaySession(session: SessionModel, context: OperationContext): Promise<IssuedSession> {
    const { audit, secretKey } = this.#dependencies;
    const secret = findCurrentSecret(secretKey, session);
    if (secret === undefined) {
      throw new ServiceUnavailableError();
    }
    await audit.record([renewedSessionEvent(session.id)], asOwner(session, context));
    return toIssuedSession(session, secret);
  }

  /** Returns whether it was alive until now. Call it in a transaction. */
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
}
