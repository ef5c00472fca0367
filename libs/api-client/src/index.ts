export { createApiClient } from './api-client.ts';

export type { ApiClient } from './api-client.ts';
export type { components, operations, paths } from './openapi.ts';
export type { ApiClientOptions, ApiTokens } from './types.ts';
