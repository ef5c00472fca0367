import { randomUUID } from 'node:crypto';

import type {
  EmailMessage,
  MessageProvider,
  PushMessage,
  SendOptions,
  SmsMessage,
} from '@org/notification';

/** A message, and what a provider is told of it besides: topic, data, locale. */
export interface SentMessage<Message> {
  readonly message: Message;
  readonly options: SendOptions;
}

/** What a backend sent, by channel, oldest first. */
export class SentMessages {
  readonly emails: SentMessage<EmailMessage>[] = [];
  readonly sms: SentMessage<SmsMessage>[] = [];
  readonly pushes: SentMessage<PushMessage>[] = [];

  /** Providers that keep what they are given. */
  readonly providers = {
    email: keepIn(this.emails),
    sms: keepIn(this.sms),
    push: keepIn(this.pushes),
  };
}

function keepIn<Message>(sent: SentMessage<Message>[]): MessageProvider<Message> {
  return {
    send: async (message, options) => {
      sent.push({ message, options });
      return { providerMessageId: randomUUID() };
    },
  };
}
