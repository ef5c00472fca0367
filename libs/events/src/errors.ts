import { defineError } from '@org/core';

export const EventErrorCode = {
  INVALID_LISTENER: 'EVENT_ERR_01',
  INVALID_PAYLOAD: 'EVENT_ERR_02',
  NO_TRANSACTION: 'EVENT_ERR_03',
  UNDECLARED: 'EVENT_ERR_04',
} as const;

/** The listener cannot be registered, or waits for itself. */
export class InvalidListenerError extends defineError(EventErrorCode.INVALID_LISTENER, 500) {
  constructor(name: string, problem: string) {
    super(`The listener ${name} is invalid: ${problem}.`);
  }
}

/** The payload does not match the event's schema. Names the field, never the value. */
export class InvalidEventPayloadError extends defineError(EventErrorCode.INVALID_PAYLOAD, 500) {
  constructor(name: string, problem: string) {
    super(`The payload of the event ${name} is invalid: ${problem}.`);
  }
}

/** An event was published outside of a transaction, so it could not be stored with its cause. */
export class EventOutsideTransactionError extends defineError(EventErrorCode.NO_TRANSACTION, 500) {
  constructor(name: string) {
    super(`The event ${name} has to be published in the transaction of its cause.`);
  }
}

/** A listener published an event that its `publishes` does not name. */
export class UndeclaredEventError extends defineError(EventErrorCode.UNDECLARED, 500) {
  constructor(listenerName: string, eventName: string) {
    super(`The listener ${listenerName} publishes ${eventName}; add it to its option publishes.`);
  }
}
