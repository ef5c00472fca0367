export { adminRestApi } from './admin-rest-api-server.ts';

export type { AdminRestApiOptions } from './admin-rest-api-server.ts';
