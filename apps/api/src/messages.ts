import type { MessageDefinitions } from '@org/notification';

/**
 * The program's messages beside the built-in ones, and how all of them look. A topic with a module's
 * name is also named in the `topics` of its `module.ts`.
 */
export const messages: MessageDefinitions = {
  topics: [],
};
