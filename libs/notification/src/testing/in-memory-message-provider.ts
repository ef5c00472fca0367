import { ProviderError } from '../errors.ts';
import type { MessageProvider, SendOptions, SendReceipt } from '../message-provider.ts';

export interface SentMessage<Message> {
  readonly message: Message;
  readonly options: SendOptions;
}

/** Keeps messages in memory instead of sending them, and fails on request. */
export class InMemoryMessageProvider<Message> implements MessageProvider<Message> {
  readonly sent: SentMessage<Message>[] = [];
  /** What happens to the next messages; `undefined`: they are accepted. */
  failure: ProviderError | 'hang' | undefined;

  async send(message: Message, options: SendOptions): Promise<SendReceipt> {
    if (this.failure === 'hang') {
      await aborted(options.signal);
      throw new ProviderError('The provider did not answer in time.', { retryable: true });
    }
    if (this.failure !== undefined) {
      throw this.failure;
    }
    this.sent.push({ message, options });
    return { providerMessageId: options.deliveryId };
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
