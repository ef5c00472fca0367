import { ProviderError } from '../../errors.ts';

/** How an attempt to send a delivery ended. */
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
  /** Stored in plain text, so it tells neither the recipient nor what was to be sent. */
  readonly reason: string;
  readonly retryable: boolean;
  /** Whether a provider failed or refused. False: none was asked. */
  readonly byProvider: boolean;
  readonly retryAfterMilliseconds?: number | undefined;
  /** Push subscriptions that have received the message nevertheless. */
  readonly deliveredTo?: readonly string[];
}

/** What a provider threw, as a failure. Of an error of another class only the name is told. */
export function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof ProviderError) {
    const { message, retryable, retryAfterMilliseconds } = error;
    return { kind: 'failed', reason: message, retryable, byProvider: true, retryAfterMilliseconds };
  }
  const name = error instanceof Error ? error.name : typeof error;
  const reason = `The provider broke with ${name}.`;
  return { kind: 'failed', reason, retryable: true, byProvider: true };
}

/** For a delivery that this process cannot send, but another one can. */
export function temporaryFailure(reason: string): DeliveryFailure {
  return { kind: 'failed', reason, retryable: true, byProvider: false };
}

/** For a delivery that no provider will ever be asked to send. */
export function permanentFailure(reason: string): DeliveryFailure {
  return { kind: 'failed', reason, retryable: false, byProvider: false };
}
