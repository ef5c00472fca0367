import { ProviderError } from '../../errors.ts';

/** How an attempt ended. */
export type DeliveryOutcome =
  | {
      readonly kind: 'sent';
      readonly providerMessageId: string;
      /** What went wrong with some of the recipients. */
      readonly lastError?: string | undefined;
    }
  | { readonly kind: 'suppressed' | 'expired'; readonly reason: string }
  | DeliveryFailure;

export interface DeliveryFailure {
  readonly kind: 'failed';
  /** Stored in plain, so it tells neither the recipient nor what was to be sent. */
  readonly reason: string;
  readonly retryable: boolean;
  readonly retryAfterMilliseconds?: number | undefined;
  /** Push subscriptions that have got the message nevertheless. */
  readonly deliveredTo?: readonly string[];
}

/** What a provider threw, as a failure. Of an error that is none of its own only the name is told. */
export function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof ProviderError) {
    const { message, retryable, retryAfterMilliseconds } = error;
    return { kind: 'failed', reason: message, retryable, retryAfterMilliseconds };
  }
  const name = error instanceof Error ? error.name : typeof error;
  return { kind: 'failed', reason: `The provider broke with ${name}.`, retryable: true };
}

export function permanentFailure(reason: string): DeliveryFailure {
  return { kind: 'failed', reason, retryable: false };
}
