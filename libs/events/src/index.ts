export { defineEvent } from './define-event.ts';
export {
  EventErrorCode,
  EventOutsideTransactionError,
  InvalidEventPayloadError,
  InvalidListenerError,
  UndeclaredEventError,
} from './errors.ts';
export { Events } from './events.ts';
export { noEvents } from './no-events.ts';
export { eventsModule } from './module.ts';

export type { EventDefinition, EventOptions } from './define-event.ts';
export type { EventDataProvider } from './event-data.ts';
export type { EventsDependencies } from './events.ts';
export type {
  EventListener,
  EventPublisher,
  LaterListenerOptions,
  ListenerOptions,
  PublishedEvent,
  TransactionListenerOptions,
} from './types.ts';
