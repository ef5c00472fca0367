/** What a directory tells about an account: who it is, never how it proves that. */
export interface DirectoryAccount {
  readonly id: string;
}

export interface UsernameAndPassword {
  readonly username: string;
  readonly password: string;
}

/** Where a session was started from; shown to its owner. */
export interface SessionOrigin {
  /** `User-Agent` of the client; only its first 512 characters are kept. */
  readonly userAgent: string;
  /** Address of the client. */
  readonly ip: string;
}

export interface CreateAccessTokenParams extends SessionOrigin {
  readonly accountId: string;
}

export interface LoginByUsernameAndPasswordParams extends UsernameAndPassword, SessionOrigin {}

export interface VerifyAccessTokenParams {
  readonly token: string;
}

/** A signed token that its bearer acts with until it expires or its session ends. */
export interface AccessToken {
  /** JWT by RFC 9068, signed with EdDSA. */
  readonly token: string;
  readonly accountId: string;
  readonly expiresAt: Date;
}

/** Who presented a valid token of a live session. */
export interface VerifiedAccessToken {
  readonly accountId: string;
  readonly sessionId: string;
}
