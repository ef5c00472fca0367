import { OperationContext } from '@org/core';

import type {
  EmailProvider,
  MessageProviders,
  PushProvider,
  SendOptions,
  SendReceipt,
  SmsProvider,
} from '../../message-provider.ts';
import type { OutboxMessage } from '../../types.ts';
import type { OutboxMessageWriter } from './outbox-message-writer.ts';

export interface OutboxProvidersDependencies {
  readonly writer: OutboxMessageWriter;
  readonly report: (line: string) => void;
}

type Kept = Omit<OutboxMessage, 'id' | 'createdAt' | 'deliveryId'>;

/** Providers that keep messages instead of sending them. */
export class OutboxProviders implements Required<MessageProviders> {
  readonly #writer: OutboxMessageWriter;
  readonly #report: (line: string) => void;

  readonly email: EmailProvider = {
    send: ({ to, subject, text, html }, options) =>
      this.#keep({ channel: 'email', recipient: to, subject, text, html }, options),
  };
  readonly sms: SmsProvider = {
    send: ({ to, text }, options) =>
      this.#keep({ channel: 'sms', recipient: to, subject: null, text, html: null }, options),
  };
  readonly push: PushProvider = {
    send: ({ endpoint, title, body }, options) =>
      this.#keep(
        { channel: 'push', recipient: endpoint, subject: title, text: body, html: null },
        options,
      ),
  };

  constructor({ writer, report }: OutboxProvidersDependencies) {
    this.#writer = writer;
    this.#report = report;
  }

  /** The line leaves out what the message says: a log is no place for a code or a reset link. */
  async #keep(message: Kept, { deliveryId }: SendOptions): Promise<SendReceipt> {
    const context = OperationContext.create({
      actor: { type: 'worker', id: 'development-outbox' },
      requestId: deliveryId,
    });
    await this.#writer.keepMessage({ ...message, deliveryId }, context);
    const { channel, recipient, subject } = message;
    this.#report(`${channel} to ${recipient}${subject === null ? '' : `: ${subject}`}`);
    return { providerMessageId: deliveryId };
  }
}
