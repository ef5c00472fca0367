import type { AuditTrail, Clock, Erasure, OperationContext, SecretKey } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { RefreshSecrets } from './internal/session/refresh-token-util.ts';
import { SessionCounts } from './internal/session/session-counts.ts';
import { SessionLiveness } from './internal/session/session-liveness.ts';
import { SessionReader } from './internal/session/session-reader.ts';
import {
  exportSession,
  type RefreshableSession,
  type SessionSettings,
} from './internal/session/session-util.ts';
import { SessionWriter } from './internal/session/session-writer.ts';
import { Sessions } from './internal/session/sessions.ts';
import { SessionRepository } from './internal/session/store/session-repository.ts';
import type {
  AccountCollection,
  CreateAccessTokenParams,
  EndSessionParams,
  EndSessionsByAccountIdParams,
  RefreshAccessTokenParams,
  Session,
  SessionsByAccountIdParams,
} from './types.ts';

export interface SessionServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
  readonly accountCollection?: AccountCollection | undefined;
  readonly settings: SessionSettings;
}

/** Sessions, and the refresh tokens that they go on with. A part of AuthenticationService. */
export class SessionService {
  readonly #repository: SessionRepository;
  readonly #reader: SessionReader;
  readonly #writer: SessionWriter;
  readonly #liveness: SessionLiveness;
  readonly #sessions: Sessions;

  private constructor({ database, secretKey, ...shared }: SessionServiceDependencies) {
    this.#repository = new SessionRepository({ database, ...shared });
    const stored = {
      ...shared,
      secrets: new RefreshSecrets(secretKey),
      repository: this.#repository,
      transactions: database,
    };
    this.#reader = new SessionReader(stored);
    this.#writer = new SessionWriter(stored);
    this.#liveness = new SessionLiveness({ ...shared, reader: this.#reader });
    this.#sessions = new Sessions({
      ...stored,
      reader: this.#reader,
      writer: this.#writer,
      liveness: this.#liveness,
      counts: new SessionCounts(shared.clock),
    });
  }

  static create(dependencies: SessionServiceDependencies): SessionService {
    return new SessionService(dependencies);
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  async startSession(
    params: CreateAccessTokenParams,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    return this.#sessions.start(params, context);
  }

  /** @throws AccessTokenInvalidError, RefreshTokenReusedError */
  async refreshSession(
    params: RefreshAccessTokenParams,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    return this.#sessions.refresh(params, context);
  }

  /** Whose session it is; `undefined` once it has ended, or its account is not active. */
  async findAccountIdOfLiveSession(
    sessionId: string,
    context: OperationContext,
  ): Promise<string | undefined> {
    return this.#liveness.findAccountId(sessionId, context);
  }

  async getSessionsByAccountId(
    params: SessionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly Session[]> {
    return this.#reader.getSessionsByAccountId(params, context);
  }

  async endSession(params: EndSessionParams, context: OperationContext): Promise<void> {
    await this.#sessions.endOne(params, context);
  }

  async endSessionsByAccountId(
    params: EndSessionsByAccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#sessions.endAll(params, context);
  }

  /** All of the account's sessions, ended ones too, as JSON without secrets, page by page. */
  async *exportSessionsByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    for await (const page of this.#reader.findStoredSessionsByAccountId(accountId, context)) {
      yield page.map(exportSession);
    }
  }

  async deleteSessionsByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#sessions.endAll({ accountId }, context);
    await this.#writer.deleteSessionsByAccountId(accountId, erasure, context);
  }
}
