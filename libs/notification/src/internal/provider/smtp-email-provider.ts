import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';

import { ProviderError } from '../../errors.ts';
import type {
  EmailMessage,
  EmailProvider,
  SendOptions,
  SendReceipt,
  SmtpSettings,
} from '../../message-provider.ts';
import { messageIdOf, parseFromAddress, type FromAddress } from './from-address.ts';
import { checkSmtpUrl } from './provider-url.ts';
import { enhancedCodeOf, isFinalReply } from './smtp-reply-util.ts';
import { orAborted } from './time-limit.ts';

export class SmtpEmailProvider implements EmailProvider {
  readonly #url: string;
  readonly #from: FromAddress;
  readonly #timeoutMilliseconds: number;

  /** @param timeoutMilliseconds until nodemailer gives up a connection */
  constructor({ url, from }: SmtpSettings, timeoutMilliseconds: number) {
    this.#url = checkSmtpUrl(url);
    this.#from = parseFromAddress(from);
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  async send(
    { to, sender = {}, subject, text, html, headers = {} }: EmailMessage,
    { deliveryId, signal }: SendOptions,
  ): Promise<SendReceipt> {
    const messageId = messageIdOf(deliveryId, this.#from);
    const mail = {
      // Objects, so that none is parsed: a comma in an address must not make it two.
      from: { ...this.#from, name: sender.name ?? this.#from.name },
      to: { name: '', address: to },
      ...(sender.replyTo === undefined ? {} : { replyTo: { name: '', address: sender.replyTo } }),
      subject,
      text,
      html,
      headers,
      messageId,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    await orAborted(signal, () => this.#sendMail(mail));
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

interface SmtpFailure {
  readonly responseCode?: number;
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
}

/** The server's text is omitted: it may name the recipient. */
function asProviderError(error: unknown): ProviderError {
  const { responseCode, code = 'unknown', command = '', response = '' } = error as SmtpFailure;
  if (responseCode === undefined) {
    // Without a server: nodemailer itself cannot send to these addresses.
    return code === 'EENVELOPE'
      ? new ProviderError('The address cannot be sent to by SMTP.')
      : new ProviderError(`The SMTP server cannot be reached (${code}).`, { retryable: true });
  }
  const enhancedCode = enhancedCodeOf(response);
  const status = enhancedCode === undefined ? responseCode : `${responseCode} ${enhancedCode}`;
  const isFinal = isFinalReply({ code: responseCode, text: response, command });
  return new ProviderError(`The SMTP server answered ${status}.`, { retryable: !isFinal });
}
