export { createAccountGuard } from './account-guard.ts';
export { authenticationRestApi } from './authentication-rest-api-server.ts';

export type { AuthenticationRestApiOptions } from './authentication-rest-api-server.ts';
