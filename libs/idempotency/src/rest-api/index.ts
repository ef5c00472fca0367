export { idempotentRoutes } from './idempotent-routes.ts';

export type { IdempotentRoutesOptions } from './idempotent-routes.ts';
