export { TestBackend } from './test-backend.ts';
export { SentMessages } from './sent-messages.ts';

export type { SentMessage } from './sent-messages.ts';
export type { LoggedIn, LoggedInByCookie, SignedUp, TestBackendOptions } from './test-backend.ts';
