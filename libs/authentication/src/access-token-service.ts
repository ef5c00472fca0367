import type { AuditTrail, Clock, OperationContext, SecretKey } from '@org/core';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';

import { AccessTokenInvalidError } from './errors.ts';
import { AccessTokenReader } from './internal/access-token/access-token-reader.ts';
import type { AccessTokenSettings } from './internal/access-token/access-token-util.ts';
import { AccessTokenWriter } from './internal/access-token/access-token-writer.ts';
import { SigningKeyReader } from './internal/access-token/signing-key-reader.ts';
import { SIGNING_KEY_PURPOSE } from './internal/access-token/signing-key-util.ts';
import { SigningKeyWriter } from './internal/access-token/signing-key-writer.ts';
import { SigningKeys } from './internal/access-token/signing-keys.ts';
import { SigningKeyRepository } from './internal/access-token/store/signing-key-repository.ts';
import { VerifiedTokens } from './internal/access-token/verified-tokens.ts';
import type { SessionService } from './session-service.ts';
import type {
  AccessToken,
  CreateAccessTokenParams,
  JsonWebKeySet,
  RefreshAccessTokenParams,
  VerifiedAccessToken,
  VerifyAccessTokenParams,
} from './types.ts';

/** Beyond a token's life: another instance signs with a key until it learns that it is retired. */
const RETIREMENT_MARGIN_MILLISECONDS = 5 * 60_000;

export interface AccessTokenServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
  readonly sessions: SessionService;
  readonly settings: AccessTokenSettings;
}

/** Access tokens and the keys that sign them. A part of AuthenticationService. */
export class AccessTokenService {
  readonly #repository: SigningKeyRepository;
  readonly #storedKeys: StoredSecrets;
  readonly #signingKeyWriter: SigningKeyWriter;
  readonly #signingKeys: SigningKeys;
  readonly #reader: AccessTokenReader;
  readonly #writer: AccessTokenWriter;
  readonly #sessions: SessionService;

  private constructor(dependencies: AccessTokenServiceDependencies) {
    const { database, audit, secretKey, clock, sessions, settings } = dependencies;
    this.#repository = new SigningKeyRepository({ database, audit });
    this.#storedKeys = this.#repository.storedSecrets({
      secretKey,
      field: 'encrypted_private_key',
      purpose: SIGNING_KEY_PURPOSE,
    });
    this.#signingKeyWriter = new SigningKeyWriter({
      repository: this.#repository,
      transactions: database,
      audit,
      secretKey,
      clock,
      retirementMilliseconds: settings.timeToLiveMilliseconds + RETIREMENT_MARGIN_MILLISECONDS,
    });
    this.#signingKeys = new SigningKeys({
      clock,
      reader: new SigningKeyReader({ repository: this.#repository, secretKey }),
      writer: this.#signingKeyWriter,
    });
    const tokens = { clock, settings, signingKeys: this.#signingKeys };
    this.#reader = new AccessTokenReader({ ...tokens, verifiedTokens: new VerifiedTokens() });
    this.#writer = new AccessTokenWriter(tokens);
    this.#sessions = sessions;
  }

  static create(dependencies: AccessTokenServiceDependencies): AccessTokenService {
    return new AccessTokenService(dependencies);
  }

  /** @throws SigningKeyUnusableError when the secret key does not open a stored signing key */
  async initialize(context: OperationContext): Promise<readonly CollectionReport[]> {
    const report = await this.#repository.onInitCollection();
    await this.#storedKeys.carryOver();
    await this.#signingKeys.initialize(context);
    return [report];
  }

  async createAccessToken(
    params: CreateAccessTokenParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const session = await this.#sessions.startSession(params, context);
    return this.#writer.createAccessToken(session, context);
  }

  /** @throws AccessTokenInvalidError, RefreshTokenReusedError */
  async refreshAccessToken(
    params: RefreshAccessTokenParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const session = await this.#sessions.refreshSession(params, context);
    return this.#writer.createAccessToken(session, context);
  }

  /** @throws AccessTokenExpiredError, AccessTokenInvalidError */
  async verifyAccessToken(
    { token }: VerifyAccessTokenParams,
    context: OperationContext,
  ): Promise<VerifiedAccessToken> {
    const { accountId, sessionId } = await this.#reader.getVerifiedAccessToken(token, context);
    await this.assertSessionAlive({ accountId, sessionId }, context);
    return { accountId, sessionId };
  }

  /** @throws AccessTokenInvalidError */
  async assertSessionAlive(
    { accountId, sessionId }: VerifiedAccessToken,
    context: OperationContext,
  ): Promise<void> {
    const owner = await this.#sessions.findAccountIdOfLiveSession(sessionId, context);
    if (owner !== accountId) {
      throw new AccessTokenInvalidError();
    }
  }

  async getJsonWebKeySet(context: OperationContext): Promise<JsonWebKeySet> {
    return { keys: await this.#signingKeys.getPublicKeys(context) };
  }

  get storedSecrets(): readonly StoredSecrets[] {
    return [this.#storedKeys];
  }

  async getUnreadableSigningKeys(context: OperationContext): Promise<readonly string[]> {
    const ids = await this.#signingKeys.getUnreadableIds(context);
    return ids.map((id) => `signing key ${id}`);
  }

  async rotateSigningKeys(context: OperationContext): Promise<void> {
    await this.#signingKeyWriter.rotateSigningKeys(context);
    await this.#signingKeys.reread(context);
  }
}
