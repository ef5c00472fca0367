import type { OperationContext } from '@org/core';

import type { AccountCollection } from '../../account-directory.ts';
import { AccessTokenInvalidError } from '../../errors.ts';
import type {
  ClaimValue,
  CurrentSession,
  EndSessionParams,
  Session,
  SessionsByAccountIdParams,
} from '../../types.ts';
import type { ResolvedSettings } from '../authentication-settings.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { isGenuine, type SessionToken } from './session-token-util.ts';
import type { LiveSession, SessionLivenessCache } from './session-liveness-cache.ts';
import type { SessionUse } from './session-surplus-util.ts';
import {
  convertSessionBsonToSession,
  exportSession,
  isAlive,
  toCurrentSession,
  toLiveSession,
  toSessionUse,
  whereAlive,
} from './session-util.ts';
import { SessionModel } from './store/session-model.ts';
import { SessionRepository, type SessionFilter } from './store/session-repository.ts';

type ToClaims = (accountDocument: object) => Readonly<Record<string, ClaimValue>>;

interface AccountsOfSessions {
  /** Where accounts are stored; undefined: sessions ignore their state. */
  readonly accountCollection?: AccountCollection | undefined;
  /** What sessions by cookie say about their accounts. Default: nothing. */
  readonly toClaims?: ToClaims | undefined;
}

export class SessionReader {
  readonly #dependencies: ModuleDependencies;
  readonly #repository: SessionRepository;
  readonly #liveness: SessionLivenessCache;
  readonly #toClaims: ToClaims | undefined;

  constructor(
    dependencies: ModuleDependencies,
    liveness: SessionLivenessCache,
    { accountCollection, toClaims }: AccountsOfSessions = {},
  ) {
    this.#dependencies = dependencies;
    this.#repository = new SessionRepository(dependencies, accountCollection);
    this.#liveness = liveness;
    this.#toClaims = toClaims;
  }

  /**
   * A session that is alive and that its account allows, as of at most half a second ago.
   *
   * @param isOutdated whether something must have changed since; then as of now
   */
  async findLiveSession(
    sessionId: string,
    context: OperationContext,
    isOutdated?: (known: LiveSession) => boolean,
  ): Promise<LiveSession | undefined> {
    const read = () => this.#readLiveSession(sessionId, context);
    return this.#liveness.getOrRead(sessionId, read, isOutdated);
  }

  /** The same, as of now. */
  async findLiveSessionAnew(
    sessionId: string,
    context: OperationContext,
  ): Promise<LiveSession | undefined> {
    return this.#liveness.readAnew(sessionId, () => this.#readLiveSession(sessionId, context));
  }

  async #readLiveSession(
    sessionId: string,
    context: OperationContext,
  ): Promise<LiveSession | undefined> {
    const toClaims = this.#toClaims;
    const found = await this.#repository.findForRequest(
      sessionId,
      this.#isAlive(),
      context.withoutTransaction(),
      { withAccount: toClaims !== undefined },
    );
    return found && toLiveSession(found.session, found.account && toClaims?.(found.account));
  }

  /** A live session, when its account last proved itself, and by what. */
  async getCurrentSession(
    { accountId, sessionId }: EndSessionParams,
    context: OperationContext,
  ): Promise<CurrentSession> {
    const session = await this.findSession(sessionId, context);
    const isOwn = session?.accountId === accountId;
    if (session === undefined || !isOwn || !isAlive(session, this.#dependencies.clock.now())) {
      throw new AccessTokenInvalidError();
    }
    return toCurrentSession(session);
  }

  /** The live session that the token was issued for, in this generation or an earlier one. */
  async getSessionOfRefreshToken(
    token: SessionToken,
    context: OperationContext,
  ): Promise<SessionModel> {
    const { clock, secretKey } = this.#dependencies;
    const session = await this.findSession(token.sessionId, context);
    const isRefreshable = session?.transport === 'token';
    if (!isRefreshable || !isGenuine(secretKey, session, token)) {
      throw new AccessTokenInvalidError();
    }
    if (token.generation > session.generation || !isAlive(session, clock.now())) {
      throw new AccessTokenInvalidError(undefined, session.accountId);
    }
    return session;
  }

  /**
   * A session, if its account allows it.
   *
   * @param where further conditions. Default: it may be in any state
   */
  async findSession(
    sessionId: string,
    context: OperationContext,
    where: SessionFilter = {},
  ): Promise<SessionModel | undefined> {
    const found = await this.#repository.findUsableById(sessionId, context, { where });
    return found && SessionModel.fromBson(found);
  }

  /** What is stored of a session's account, unless that no longer allows the session. */
  async getAccountDocument(sessionId: string, context: OperationContext): Promise<object> {
    const document = await this.#repository.findAccountBySessionId(sessionId, context);
    if (document === undefined) {
      throw new AccessTokenInvalidError();
    }
    return document;
  }

  /** The live ones, newest first. */
  async getSessionsByAccountId(
    { accountId, currentSessionId }: SessionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly Session[]> {
    const filter = { account_id: accountId, ...this.#isAlive() };
    const found = await this.#repository.findUsable(filter, context, { sort: NEWEST_FIRST });
    return found.map((bson) => convertSessionBsonToSession(bson, currentSessionId));
  }

  /** The live ones, unordered; reads one range of an index. */
  async getSessionUsesByAccountId(
    accountId: string,
    settings: ResolvedSettings,
    context: OperationContext,
  ): Promise<readonly SessionUse[]> {
    const found = await this.#repository.find(
      { account_id: accountId, ...this.#isAlive() },
      context,
    );
    return found.map((bson) => toSessionUse(SessionModel.fromBson(bson), settings));
  }

  /** The ids of the live ones, also of those that cannot be read otherwise. */
  async getSessionIdsByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly string[]> {
    const filter = { account_id: accountId, ...this.#isAlive() };
    const found = await this.#repository.find(filter, context, { projection: ONLY_IDS });
    return found.map(({ _id }) => _id.toHexString());
  }

  /** All of them, including ended ones, for their owner, newest first, page by page. */
  async *exportSessionsByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    const filter = { account_id: accountId };
    const pages = this.#repository.findInPages(filter, context, { sort: NEWEST_FIRST });
    for await (const page of pages) {
      yield page.map((bson) => exportSession(SessionModel.fromBson(bson)));
    }
  }

  #isAlive() {
    return whereAlive(this.#dependencies.clock.now());
  }
}

const NEWEST_FIRST = { created_at: -1, _id: -1 } as const;
const ONLY_IDS = { account_id: 1 };
