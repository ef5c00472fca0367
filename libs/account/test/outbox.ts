import type { EmailMessage, MessageProviders, PushMessage, SmsMessage } from '@org/notification';

/** Keeps what would be sent. */
export class Outbox {
  readonly emails: EmailMessage[] = [];
  readonly smsMessages: SmsMessage[] = [];
  readonly pushMessages: PushMessage[] = [];

  readonly providers: MessageProviders = {
    email: { send: async (message) => keep(this.emails, message) },
    sms: { send: async (message) => keep(this.smsMessages, message) },
    push: { send: async (message) => keep(this.pushMessages, message) },
  };
}

function keep<Message>(messages: Message[], message: Message): { providerMessageId: string } {
  messages.push(message);
  return { providerMessageId: String(messages.length) };
}
