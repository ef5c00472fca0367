import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';

import { ProviderError } from '../../errors.ts';
import type {
  EmailMessage,
  EmailProvider,
  SendOptions,
  SendReceipt,
  SmtpSettings,
} from '../../message-provider.ts';
import { orAborted, withTimeLimit } from './abort-util.ts';
import { messageIdOf, parseSender, type Sender } from './sender-util.ts';
import { DEFAULT_TIMEOUT_MILLISECONDS } from './vendor-http-util.ts';

/** Sends mail by SMTP. */
export class SmtpEmailProvider implements EmailProvider {
  readonly #url: string;
  readonly #sender: Sender;
  readonly #timeoutMilliseconds: number;

  constructor({ url, from, timeoutMilliseconds }: SmtpSettings) {
    this.#url = url;
    this.#sender = parseSender(from);
    this.#timeoutMilliseconds = timeoutMilliseconds ?? DEFAULT_TIMEOUT_MILLISECONDS;
  }

  async send(
    { to, subject, text, html }: EmailMessage,
    { deliveryId, signal }: SendOptions,
  ): Promise<SendReceipt> {
    const messageId = messageIdOf(deliveryId, this.#sender);
    const sending = this.#sendMail({
      // Objects, so that neither is parsed: an address with a comma is not two.
      from: this.#sender,
      to: { name: '', address: to },
      subject,
      text,
      html,
      messageId,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    await orAborted(withTimeLimit(signal, this.#timeoutMilliseconds), sending);
    return { providerMessageId: messageId };
  }

  async #sendMail(mail: SMTPTransport.MailOptions): Promise<void> {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      url: this.#url,
      connectionTimeout: this.#timeoutMilliseconds,
      greetingTimeout: this.#timeoutMilliseconds,
      socketTimeout: this.#timeoutMilliseconds,
    });
    try {
      await transport.sendMail(mail);
    } catch (error) {
      throw asProviderError(error);
    } finally {
      transport.close();
    }
  }
}

/**
 * A 5xx reply is final, a 4xx one is not (RFC 5321, 4.2.1). Being refused a login is about us, not
 * about the message. The server's text is left out: it may name the recipient.
 */
function asProviderError(error: unknown): ProviderError {
  const { responseCode, code = 'unknown' } = error as { responseCode?: number; code?: string };
  if (responseCode === undefined) {
    // Addresses that no server was asked about: nodemailer itself cannot send to them.
    return code === 'EENVELOPE'
      ? new ProviderError('The address cannot be sent to by SMTP.')
      : new ProviderError(`The SMTP server cannot be reached (${code}).`, { retryable: true });
  }
  return new ProviderError(`The SMTP server answered ${responseCode}.`, {
    retryable: responseCode < 500 || code === 'EAUTH',
  });
}
