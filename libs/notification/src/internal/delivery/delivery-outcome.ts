import { ProviderError } from '../../errors.ts';

/** How an attempt to send a delivery ended. */
export type DeliveryOutcome =
  | {
      readonly kind: 'sent';
      readonly providerMessageId: string;
      /** The problem with some of the recipients. */
      readonly lastError?: string | undefined;
    }
  | { readonly kind: 'suppressed' | 'expired'; readonly reason: string }
  | DeliveryFailure;

export interface DeliveryFailure {
  readonly kind: 'failed';
  /** Stored in plain text, so it contains neither the recipient nor the contents. */
  readonly reason: string;
  readonly retryable: boolean;
  /** Whether a provider failed or refused. False: none was called. */
  readonly byProvider: boolean;
  readonly retryAfterMilliseconds?: number | undefined;
  /** Push subscriptions that received the message nevertheless. */
  readonly deliveredTo?: readonly string[];
}

/**
 * Converts a provider's error to a failure. For an error of another class, only the name is
 * included.
 */
export function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof ProviderError) {
    const { message, retryable, retryAfterMilliseconds } = error;
    return { kind: 'failed', reason: message, retryable, byProvider: true, retryAfterMilliseconds };
  }
  const name = error instanceof Error ? error.name : typeof error;
  const reason = `The provider broke with ${name}.`;
  return { kind: 'failed', reason, retryable: true, byProvider: true };
}

/** For a delivery that another process can send, but not this one. */
export function temporaryFailure(reason: string): DeliveryFailure {
  return { kind: 'failed', reason, retryable: true, byProvider: false };
}

/** For a delivery that will never be passed to a provider. */
export function permanentFailure(reason: string): DeliveryFailure {
  return { kind: 'failed', reason, retryable: false, byProvider: false };
}
