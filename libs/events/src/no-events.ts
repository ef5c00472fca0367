import type { EventPublisher } from './types.ts';

/** For a program without listeners. */
export const noEvents: EventPublisher = {
  publish: () => Promise.resolve(),
  hasListeners: () => false,
};
