export { idempotentRoutes } from './idempotency-rest-api-server.ts';

export type { IdempotentRoutesOptions } from './idempotency-rest-api-server.ts';
