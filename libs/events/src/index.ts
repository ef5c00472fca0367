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
export type { EventDataProvider, StoredEvent } from './event-data.ts';
export type { EventsDependencies } from './events.ts';
export type { OrderField } from './order-key.ts';
export type {
  EventErrorListener,
  EventListener,
  EventPublisher,
  FailedEventAttempt,
  LaterListenerOptions,
  ListenerOptions,
  PublishedEvent,
  TransactionListenerOptions,
} from './types.ts';
