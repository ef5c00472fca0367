export { accountRestApi } from './account-rest-api-server.ts';

export type { AccountRestApiOptions } from './account-rest-api-server.ts';
