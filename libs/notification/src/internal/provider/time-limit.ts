import { ProviderError } from '../../errors.ts';
import type { MessageProvider, SendOptions, SendReceipt } from '../../message-provider.ts';

/** A signal that aborts when the given one does, or at the time limit. */
export function withTimeLimit(signal: AbortSignal, milliseconds: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
}

/**
 * What the work answers, or an error once the signal aborts, whether the work heeds it or not.
 *
 * @throws ProviderError, retryable, if the signal aborts first
 */
export async function orAborted<Result>(
  signal: AbortSignal,
  work: Promise<Result>,
): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const abort = (): void =>
      reject(new ProviderError('The provider did not answer in time.', { retryable: true }));
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}

/** The provider, whose messages get only this long. It must heed the signal. */
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
 * Sends, but not beyond the signal of the options, whether the provider heeds it or not.
 *
 * @throws ProviderError, retryable, if the signal aborts first
 */
export async function sendOrAbort<Message>(
  provider: MessageProvider<Message>,
  message: Message,
  options: SendOptions,
): Promise<SendReceipt> {
  return orAborted(options.signal, provider.send(message, options));
}
