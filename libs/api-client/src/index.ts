export { createApiClient } from './api-client.ts';
export { memoryStorage, webStorage } from './token-storage.ts';

export type { ApiClient } from './api-client.ts';
export type { CookieApiClient } from './cookie-client.ts';
export type { components, operations, paths } from './openapi.ts';
export type { WebStorage } from './token-storage.ts';
export type {
  ApiClientOptions,
  ApiTokens,
  CommonClientOptions,
  CookieClientOptions,
  SessionChange,
  TokenStorage,
} from './types.ts';
