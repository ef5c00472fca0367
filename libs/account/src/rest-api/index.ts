export { accountRestApi } from './account-rest-api-server.ts';
export { toExportBody } from './account-reply-schema.ts';

export type { AccountRestApiOptions } from './account-rest-api-server.ts';
