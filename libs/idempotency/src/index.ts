export { IdempotencyService } from './idempotency-service.ts';
export { idempotencyModule } from './module.ts';

export type { IdempotencyServiceDependencies } from './idempotency-service.ts';
export type { BeginParams, BegunRequest, KeptAnswer, RequestRun } from './types.ts';

export {
  IdempotencyAnswerLostError,
  IdempotencyErrorCode,
  IdempotencyKeyInFlightError,
  IdempotencyKeyInvalidError,
  IdempotencyKeyReusedError,
} from './errors.ts';
