import type { OperationContext, PhoneNumber } from '@org/core';

/** Types of claims, by name; `strings` is a list of strings. */
export type ClaimTypes = Readonly<Record<string, keyof ClaimValueByType>>;

export type ClaimValue = ClaimValueByType[keyof ClaimValueByType];

/** Values of claims of these types; any may be absent. */
export type ClaimValues<Types extends ClaimTypes> = {
  readonly [Name in keyof Types]?: ClaimValueByType[Types[Name]] | undefined;
};

interface ClaimValueByType {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly strings: readonly string[];
}

export interface UsernameAndPassword {
  readonly username: string;
  readonly password: string;
}

/** Where a session was started; shown to its owner. */
export interface SessionOrigin {
  /** The client's `User-Agent`; only its first 512 characters are kept. */
  readonly userAgent: string;
  /** The client's address. */
  readonly ip: string;
}

/** What an account has proved itself by. */
export type AuthenticationMethod = 'password' | 'otp' | 'email_code';

export interface CreateAccessTokenParams extends SessionOrigin {
  readonly accountId: string;
  /** Default: not recorded. */
  readonly authenticatedBy?: AuthenticationMethod | undefined;
  /** The account's epoch when its credentials were checked. Default: 0. */
  readonly sessionEpoch?: number | undefined;
  /**
   * The session that the client leaves for this one, of any account: it ends in the same transaction,
   * and makes room for it. Default: none.
   */
  readonly replacedSession?: EndSessionParams | undefined;
}

export interface RefreshAccessTokenParams extends SessionOrigin {
  readonly refreshToken: string;
  /** Called if the token was used before, in the transaction that ends its session. */
  readonly onReuse?: TokenReuseListener | undefined;
}

export interface AccountIdParams {
  readonly accountId: string;
}

export type TokenReuseListener = (
  params: AccountIdParams,
  context: OperationContext,
) => Promise<void>;

/** A signed token that its bearer can use until it expires or its session ends. */
export interface AccessToken {
  /** JWT by RFC 9068, signed with EdDSA. */
  readonly token: string;
  readonly accountId: string;
  readonly expiresAt: Date;
  /** Valid for one refresh: `<session id>.<generation>.<secret>`. */
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
}

/** What a session's client presents: tokens, or a cookie that scripts cannot read. */
export type SessionTransport = 'token' | 'cookie';

/** A live session that makes a request. */
export interface VerifiedSession {
  readonly accountId: string;
  readonly sessionId: string;
  readonly transport: SessionTransport;
  /** How often the cookie had been replaced before this value of it. Undefined: there is none. */
  readonly cookieGeneration?: number;
  /** The claims of one's own, to be read by `AccessTokenClaims`, which tells their types. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A live session as its owner sees it. */
export interface Session {
  readonly id: string;
  readonly createdAt: Date;
  /** When it was started or last refreshed. */
  readonly lastUsedAt: Date;
  readonly userAgent: string;
  /** For people, such as `Windows` or `iPhone`; `null` if unknown. */
  readonly device: string | null;
  /** For people, such as `Firefox`; `null` if unknown. */
  readonly browser: string | null;
  readonly ip: string;
  /** Whether it is the session making the request. */
  readonly isCurrent: boolean;
}

/** A session that makes a request, and when its account last proved itself in it. */
export interface CurrentSession {
  readonly accountId: string;
  readonly sessionId: string;
  /** When it ends if unused. */
  readonly expiresAt: Date;
  /** At login, or later; a refresh is no authentication. */
  readonly authenticatedAt: Date;
  /** An {@link AuthenticationMethod}, or one of a later version; `null` if it was not recorded. */
  readonly authenticatedBy: string | null;
}

/** An authentication in a session that exists. */
export interface RenewAuthenticationParams extends EndSessionParams {
  /** The account's epoch when its credentials were checked. Default: 0. */
  readonly sessionEpoch?: number | undefined;
  readonly authenticatedBy: AuthenticationMethod;
}

export interface SessionsByAccountIdParams {
  readonly accountId: string;
  /** The session making the request. */
  readonly currentSessionId?: string | undefined;
}

export interface EndSessionParams {
  readonly accountId: string;
  readonly sessionId: string;
}

export interface RecentSessionParams extends EndSessionParams {
  /** As `verifyCookie` returned it: an authentication makes no former cookie recent. */
  readonly cookieGeneration?: number | undefined;
  /** Whether it counts although `requiresRecentAuthentication` is off. Default: false. */
  readonly isAlwaysRequired?: boolean | undefined;
}

export interface EndSessionsByAccountIdParams {
  readonly accountId: string;
  /** The session to keep. Default: none. */
  readonly kept?: KeptSession | undefined;
}

export interface KeptSession {
  readonly sessionId: string;
  /** The account's new epoch, which the session moves to. Default: it stays in its own. */
  readonly sessionEpoch?: number | undefined;
}

/**
 * What a code is for: logging in, or giving a contact to the account with this id. A code of one
 * purpose never passes for another's.
 */
export type OtpPurpose = 'login' | `contact:${string}`;

export interface CodesByPurposeParams {
  readonly purpose: OtpPurpose;
}

/** How a message is written. */
export interface MessageLanguage {
  /** Language of the message, such as `de-AT`. Default: the sender's. */
  readonly locale?: string | undefined;
  /** Of times in the message, such as `Europe/Vienna`. Default: the sender's. */
  readonly timeZone?: string | undefined;
}

/** A new password reset token; the only place where it appears in plain text. */
export interface PasswordResetToken {
  /** 256 random bits, base64url. */
  readonly token: string;
  readonly expiresAt: Date;
}

export interface CreatePasswordResetTokenParams {
  readonly accountId: string;
  /** Where it is mailed to; whoever uses it has proved this address. Default: nowhere. */
  readonly emailAddress?: string | undefined;
}

export interface PasswordResetTokenParams {
  readonly accountId: string;
  readonly token: string;
}

/** Why a password reset token is refused. */
export type PasswordResetTokenRefusal = 'expired' | 'used' | 'invalid';

export interface AuthenticationDataByAccountIdParams {
  readonly accountId: string;
  /** The account's number, whose one-time passwords are included. */
  readonly phoneNumber?: PhoneNumber | null | undefined;
  /** The account's address, whose codes are included. */
  readonly emailAddress?: string | null | undefined;
}

export interface DeleteAuthenticationDataParams extends AuthenticationDataByAccountIdParams {
  /** Until when the number was the account's; codes created later stay. Default: until now. */
  readonly phoneNumberOwnedUntil?: Date | undefined;
  /** Likewise, of the address. */
  readonly emailAddressOwnedUntil?: Date | undefined;
}

/** Public keys that verify access tokens (RFC 7517). */
export interface JsonWebKeySet {
  readonly keys: readonly PublicJsonWebKey[];
}

/** An Ed25519 key (RFC 8037). */
export interface PublicJsonWebKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly kid: string;
  readonly alg: string;
  readonly use: 'sig';
}

/** A submitted name, whether or not an account has it. */
export interface ThrottledNameParams {
  readonly name: string;
}

/** A session in which its account proves itself again, or the account, where there is none. */
export type ThrottledSessionParams = Pick<EndSessionParams, 'sessionId'> | AccountIdParams;

/** A submitted phone number, whether or not an account has it. */
export interface ThrottledPhoneNumberParams {
  readonly phoneNumber: PhoneNumber;
}

/** A submitted e-mail address, whether or not an account has it. */
export interface ThrottledEmailAddressParams {
  readonly emailAddress: string;
}

/** To whom a code is sent. */
export type ThrottledCodeRecipientParams = ThrottledEmailAddressParams | ThrottledPhoneNumberParams;

/** At most `limit` in any period of `milliseconds`. */
export interface ThrottleBudget {
  readonly limit: number;
  readonly milliseconds: number;
}

/** Things that have budgets, and what each is counted by. */
export type ThrottleBudgetKind =
  | `${'login' | 'refresh' | 'sign-up' | 'phone-form' | 'reset' | 'notice'}-source`
  | `otp-request-${'known-source' | 'number' | 'source'}`
  | `email-code-request-${'known-source' | 'mailbox' | 'source'}`
  | `reset-request-${'known-mailbox' | 'known-source' | 'mailbox' | 'name' | 'source'}`
  | 'otp-failure-number-source'
  | 'email-code-failure-mailbox-source'
  | 'reset-account'
  | 'notice-recipient';

/** All budgets of a kind apply. */
export type ThrottleBudgets = Readonly<Record<ThrottleBudgetKind, readonly ThrottleBudget[]>>;

/**
 * A login attempt. It counts as in progress until one of the methods settles it, or for at most a
 * minute.
 */
export interface LoginAttempt {
  /** Whether the account has known sources, but this is not one of them. */
  readonly isFromStranger: boolean;
  /** The credentials were wrong. */
  fail(): Promise<void>;
  /** It is unknown whether they were correct. */
  abandon(): Promise<void>;
  /** They were correct: earlier failures are forgotten, unless they are another account's. */
  succeed(params?: SucceededLogin): Promise<void>;
}

export interface SucceededLogin {
  /** The owner of the credentials. Default: nobody. */
  readonly accountId?: string | undefined;
  /** Whether to remember the source as one of the account's. Default: true. */
  readonly isLogin?: boolean;
  /** What else the account logs in by: its source is known there, too. Default: nothing. */
  readonly names?: LoginNames;
}

/** What an account logs in by, as far as it is proved. */
export interface LoginNames {
  readonly username?: string | undefined;
  readonly emailAddress?: string | undefined;
  readonly phoneNumber?: PhoneNumber | undefined;
}

/** Times are in milliseconds. */
export interface AuthenticationSettings {
  /** Default: 15 minutes. */
  readonly accessTokenTimeToLiveMilliseconds?: number;
  /** `iss` of access tokens. Default: `org-api`. */
  readonly accessTokenIssuer?: string;
  /** `aud` of access tokens. Default: `org-api`. */
  readonly accessTokenAudience?: string;
  /** How long a session lives without being used. Default: 30 days. */
  readonly sessionInactivityTimeToLiveMilliseconds?: number;
  /** Maximum lifetime of a session. Default: 90 days. */
  readonly sessionAbsoluteTimeToLiveMilliseconds?: number;
  /** Maximum number of sessions per account; the least recently used ones end. Default: 50. */
  readonly sessionMaximumPerAccount?: number;
  /** Whether routes with `recent` ask for a recent authentication. Default: true. */
  readonly requiresRecentAuthentication?: boolean;
  /** How long an authentication is recent. Default: 10 minutes. */
  readonly recentAuthenticationTimeToLiveMilliseconds?: number;
  /** Digits of a one-time password. Default: 6. */
  readonly otpLength?: number;
  /** Default: 5 minutes. */
  readonly otpTimeToLiveMilliseconds?: number;
  /** Numbers that always get the same code, and no message. Default: none. */
  readonly otpTest?: { readonly code: string; readonly phoneNumbers: readonly PhoneNumber[] };
  /**
   * Countries (`US`, by ISO 3166-1) whose numbers new accounts may have. A calling code is not a
   * country: Canada shares the United States' code. Default: all.
   */
  readonly phoneCountries?: readonly string[];
  /** Default: 30 minutes. */
  readonly passwordResetTokenTimeToLiveMilliseconds?: number;
  /**
   * Whether browsers that reach the program as `localhost` or a loopback address get a cookie `session`
   * that also works without TLS. For development. Default: false.
   */
  readonly allowsInsecureCookies?: boolean;
  /** Where links in mails lead. Default: `http://localhost:3000`. */
  readonly webAppUrl?: string;
}
