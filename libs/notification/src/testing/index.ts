export { InMemoryMessageProvider } from './in-memory-message-provider.ts';
export { runMessageProviderSuite } from './message-provider-suite.ts';

export type { SentMessage } from './in-memory-message-provider.ts';
export type {
  MessageProviderUnderTest,
  VendorBehaviour,
  MessageProviderSuiteOptions,
} from './message-provider-suite.ts';
