/** `typ` of an access token (RFC 9068, section 2.1). */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** Seconds since the epoch, as used in JWT claims (RFC 7519, section 2). */
export function toNumericDate(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
