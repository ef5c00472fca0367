import { ServiceUnavailableError, type OperationContext } from '@org/core';
import { objectIdOf } from '@org/core/store';

import { AccessTokenInvalidError } from '../../errors.ts';
import type { RenewAuthenticationParams, SessionOrigin } from '../../types.ts';
import type { ConfiguredDependencies } from '../module-dependencies.ts';
import type { LiveCookie, SessionLivenessCache } from './session-liveness-cache.ts';
import type { SessionReader } from './session-reader.ts';
import {
  deriveSecret,
  findCurrentSecret,
  hashSecret,
  isGenuine,
  type SessionToken,
} from './session-token-util.ts';
import { isReplay, toUseFields, whereAlive, whereRenewable } from './session-util.ts';
import type { SessionWriter } from './session-writer.ts';
import { SessionModel } from './store/session-model.ts';
import { SessionRepository } from './store/session-repository.ts';

/** A session by cookie, and the secret of the cookie that its client presents next. */
export interface RenewedCookie {
  readonly session: SessionModel;
  readonly secret: string;
}

const BY_COOKIE = { transport: 'cookie' } as const;

type LastUse = Pick<LiveCookie, 'lastUsedAt' | 'absoluteExpiresAt'>;

/** What it shares with the sessions by tokens. */
export interface SessionParts {
  readonly reader: SessionReader;
  readonly writer: SessionWriter;
  readonly liveness: SessionLivenessCache;
}

/** Updates sessions whose clients present cookies. */
export class CookieSessionWriter {
  readonly #dependencies: ConfiguredDependencies;
  readonly #repository: SessionRepository;
  readonly #reader: SessionReader;
  readonly #writer: SessionWriter;
  readonly #liveness: SessionLivenessCache;

  constructor(dependencies: ConfiguredDependencies, { reader, writer, liveness }: SessionParts) {
    this.#dependencies = dependencies;
    this.#repository = new SessionRepository(dependencies);
    this.#reader = reader;
    this.#writer = writer;
    this.#liveness = liveness;
  }

  /**
   * Records that the account has proved itself again, and replaces the cookie; if another request
   * did so in the last seconds, the cookie stays as that one made it.
   *
   * @throws AccessTokenInvalidError if the session has ended, or is of another epoch than the proof
   * @throws ServiceUnavailableError if a process with a newer secret key made the current cookie
   */
  async renewAuthentication(
    presented: SessionToken,
    renewal: RenewAuthenticationParams,
    context: OperationContext,
  ): Promise<RenewedCookie> {
    for (;;) {
      const session = await this.#getSession(presented, renewal, context);
      const renewed =
        presented.generation === session.generation
          ? await this.#rotate(session, renewal, context)
          : await this.#keep(session, renewal, context);
      if (renewed !== undefined) {
        return renewed;
      }
      // Another request was faster: the cookie is now the predecessor, or the session has ended.
    }
  }

  /** @throws AccessTokenInvalidError unless it is the session's cookie, or has just been replaced */
  async #getSession(
    presented: SessionToken,
    { accountId, sessionEpoch }: RenewAuthenticationParams,
    context: OperationContext,
  ): Promise<SessionModel> {
    const { clock, secretKey } = this.#dependencies;
    const now = clock.now();
    const where = { ...BY_COOKIE, ...whereRenewable(accountId, sessionEpoch, now) };
    const session = await this.#reader.findSession(presented.sessionId, context, where);
    if (
      session === undefined ||
      !isGenuine(secretKey, session, presented) ||
      !(presented.generation === session.generation || isReplay(session, presented.generation, now))
    ) {
      throw new AccessTokenInvalidError(undefined, accountId);
    }
    return session;
  }

  async #rotate(
    session: SessionModel,
    renewal: RenewAuthenticationParams,
    context: OperationContext,
  ): Promise<RenewedCookie | undefined> {
    const { clock, secretKey } = this.#dependencies;
    const generation = session.generation + 1;
    const secret = deriveSecret(secretKey, session, generation);
    const successor = {
      generation,
      current_hash: hashSecret(secret, 'cookie'),
      previous_hash: session.currentHash,
      rotated_at: clock.now(),
    };
    const renewed = await this.#record(session, renewal, successor, context);
    return renewed && { session: renewed, secret };
  }

  async #keep(
    session: SessionModel,
    renewal: RenewAuthenticationParams,
    context: OperationContext,
  ): Promise<RenewedCookie | undefined> {
    const secret = findCurrentSecret(this.#dependencies.secretKey, session);
    if (secret === undefined) {
      throw new ServiceUnavailableError();
    }
    const renewed = await this.#record(session, renewal, {}, context);
    return renewed && { session: renewed, secret };
  }

  async #record(
    { generation, currentHash }: SessionModel,
    renewal: RenewAuthenticationParams,
    successor: object,
    context: OperationContext,
  ): Promise<SessionModel | undefined> {
    const where = { ...BY_COOKIE, generation, current_hash: currentHash };
    return this.#writer.renewAuthentication(renewal, { where, set: successor }, context);
  }

  /**
   * Makes a session that is in use live longer.
   *
   * @param use.lastUsedAt as it was read: the session must not have been prolonged since
   * @returns `undefined` if another request has, the cookie was replaced, or the session has ended
   */
  async prolongSession(
    { sessionId, generation, secret }: SessionToken,
    { lastUsedAt, absoluteExpiresAt, ...origin }: SessionOrigin & LastUse,
    context: OperationContext,
  ): Promise<SessionModel | undefined> {
    const { clock, settings } = this.#dependencies;
    const now = clock.now();
    const isUnchanged = {
      _id: objectIdOf({ id: sessionId }),
      generation,
      current_hash: hashSecret(secret, 'cookie'),
      ...whereAlive(now),
      last_used_at: { $lte: lastUsedAt },
    };
    this.#liveness.forget(sessionId);
    const update = { $set: toUseFields(origin, { now, absoluteExpiresAt }, settings) };
    const prolonged = await this.#repository.findOneAndUpdate(isUnchanged, update, context);
    return prolonged && SessionModel.fromBson(prolonged);
  }
}
