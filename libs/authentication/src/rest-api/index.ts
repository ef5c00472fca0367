export { createAccountGuard } from './account-guard.ts';
export { authenticationRestApi } from './authentication-rest-api-server.ts';
export { readBearerToken, verifiedSessionOf, verifyRequest } from './session-guard.ts';
export { serializeSessionCookie } from './session-cookie.ts';
export { jsonWebKeySetRestApi } from './json-web-key-set-rest-api-server.ts';

export type { AccountGuardDependencies } from './account-guard.ts';
export type { AuthenticationRestApiOptions } from './authentication-rest-api-server.ts';
export type { JsonWebKeySetRestApiOptions } from './json-web-key-set-rest-api-server.ts';
export type { CredentialHeaders, RequestToVerify } from './session-guard.ts';
export type { CookieHeaders, SessionCookieOptions } from './session-cookie.ts';
