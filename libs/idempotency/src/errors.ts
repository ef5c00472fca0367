import { defineError } from '@org/core';

export const IdempotencyErrorCode = {
  INVALID: 'REQUEST_ERR_400',
  IN_FLIGHT: 'REQUEST_ERR_409',
  REUSED: 'REQUEST_ERR_422',
} as const;

/** What is sent as a key is none. */
export class IdempotencyKeyInvalidError extends defineError(IdempotencyErrorCode.INVALID, 400) {}

/** The first request with this key has no answer yet. */
export class IdempotencyKeyInFlightError extends defineError(IdempotencyErrorCode.IN_FLIGHT, 409) {
  constructor() {
    super('A request with this Idempotency-Key is being answered. Please send it again later.', {
      retryAfterSeconds: 1,
    });
  }
}

/** The first request with this key was carried out, at least its first transaction, and its answer was lost, as by a crash. */
export class IdempotencyAnswerLostError extends defineError(IdempotencyErrorCode.IN_FLIGHT, 409) {
  constructor() {
    super(
      'The request with this Idempotency-Key was carried out, at least in part, but its answer is lost. Please look for what it changed before you use a new key.',
    );
  }
}

/** The first request with this key had another body. */
export class IdempotencyKeyReusedError extends defineError(IdempotencyErrorCode.REUSED, 422) {
  constructor() {
    super('This Idempotency-Key was sent with another request. Please use a new one.');
  }
}
