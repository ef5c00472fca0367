/** `typ` of an access token (RFC 9068, section 2.1). */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

export interface AccessTokenSettings {
  readonly timeToLiveMilliseconds: number;
  /** `iss` of the tokens. */
  readonly issuer: string;
  /** `aud` of the tokens. */
  readonly audience: string;
}

/** Seconds since the epoch, as JWT claims have it (RFC 7519, section 2). */
export function toNumericDate(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
