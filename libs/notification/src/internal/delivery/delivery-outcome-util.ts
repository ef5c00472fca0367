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
  /** Whether a provider failed or refused; else it was not asked. */
  readonly byProvider: boolean;
  readonly retryAfterMilliseconds?: number | undefined;
  /** Push subscriptions that have got the message nevertheless. */
  readonly deliveredTo?: readonly string[];
}

/** What a provider threw, as a failure. Of an error that is none of its own only the name is told. */
export function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof ProviderError) {
    const { message, retryable, retryAfterMilliseconds } = error;
    return { kind: 'failed', reason: message, retryable, byProvider: true, retryAfterMilliseconds };
  }
  const name = error instanceof Error ? error.name : typeof error;
  const reason = `The provider broke with ${name}.`;
  return { kind: 'failed', reason, retryable: true, byProvider: true };
}

/** Of a message that comes to no provider, now or later. */
export function permanentFailure(reason: string): DeliveryFailure {
  return { kind: 'failed', reason, retryable: false, byProvider: false };
}
