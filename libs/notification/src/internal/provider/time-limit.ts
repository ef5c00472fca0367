import { untilAborted } from '@org/queue';

import { ProviderError } from '../../errors.ts';
import type { MessageProvider, SendOptions, SendReceipt } from '../../message-provider.ts';

/** A signal that aborts when the given one does, or at the time limit. */
export function withTimeLimit(signal: AbortSignal, milliseconds: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
}

/** Rejects with a retryable ProviderError once the signal aborts, even if the work ignores it. */
export async function orAborted<Result>(
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await untilAborted(signal, work);
  } catch (error) {
    throw signal.aborted && error === signal.reason
      ? new ProviderError('The provider did not answer in time.', { retryable: true })
      : error;
  }
}

/** Limits how long each message may take. The provider must respect the signal. */
export function limitTime<Message>(
  provider: MessageProvider<Message>,
  milliseconds: number,
): MessageProvider<Message> {
  return {
    send: (message, options) =>
      provider.send(message, { ...options, signal: withTimeLimit(options.signal, milliseconds) }),
  };
}

/**
 * Sends until the signal in the options aborts, even if the provider ignores it.
 *
 * @throws ProviderError, retryable, if the signal aborts first
 */
export async function sendOrAbort<Message>(
  provider: MessageProvider<Message>,
  message: Message,
  options: SendOptions,
): Promise<SendReceipt> {
  return orAborted(options.signal, () => provider.send(message, options));
}
