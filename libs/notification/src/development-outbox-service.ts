import { OperationContext, type AuditTrail } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { OutboxMessageLog } from './internal/development-outbox/outbox-message-log.ts';
import {
  outboxPagePolicy,
  renderMessagesPage,
  renderTemplatesPage,
} from './internal/development-outbox/outbox-page.ts';
import { MessageRenderer, type MessageDefinitions } from './internal/topic/rendering.ts';
import type {
  EmailMessage,
  MessageProviders,
  SendOptions,
  SendReceipt,
} from './message-provider.ts';
import type { OutboxMessage, TemplatePreview } from './types.ts';

/** With the same messages as `NotificationService.create`, for their previews. */
export interface DevelopmentOutboxServiceDependencies extends MessageDefinitions {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Called with a line for each message, without its contents. Default: no lines. */
  readonly report?: (line: string) => void;
  /** How many messages are kept; the oldest are removed. Default: 200. */
  readonly maximumMessages?: number;
}

/** A page for the browser and the Content-Security-Policy that it needs. */
export interface OutboxPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

type KeptMessage = Omit<OutboxMessage, 'id' | 'createdAt' | 'deliveryId'>;

/**
 * Keeps messages instead of sending them, for development and tests. They are stored in plain text,
 * since the worker that sends them and the API that shows them may be two processes: never use it
 * with real people's messages.
 */
export class DevelopmentOutboxService {
  /** Providers of all channels, for `NotificationService.create`. */
  readonly providers: Required<MessageProviders> = {
    email: {
      send: (mail, options) => {
        const { to: recipient, subject, text, html } = mail;
        const message = { channel: 'email', recipient, subject, text, html } as const;
        return this.#keep({ ...message, ...headersOf(mail) }, options);
      },
    },
    sms: {
      send: ({ to, text }, options) =>
        this.#keep({ channel: 'sms', recipient: to, subject: null, text, html: null }, options),
    },
    push: {
      send: ({ endpoint: recipient, title: subject, body: text }, options) =>
        this.#keep({ channel: 'push', recipient, subject, text, html: null }, options),
    },
  };
  readonly #log: OutboxMessageLog;
  readonly #report: (line: string) => void;
  readonly #messages: MessageRenderer;

  private constructor(dependencies: DevelopmentOutboxServiceDependencies) {
    const { maximumMessages, report = () => undefined } = dependencies;
    this.#messages = new MessageRenderer(dependencies);
    this.#log = new OutboxMessageLog(dependencies, maximumMessages);
    this.#report = report;
  }

  /** @throws RangeError if a message is invalid, or cannot lay out its sample */
  static create(dependencies: DevelopmentOutboxServiceDependencies): DevelopmentOutboxService {
    return new DevelopmentOutboxService(dependencies);
  }

  /** Creates the collection; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return this.#log.initialize();
  }

  /** @returns the kept messages, newest first */
  async getMessages(context: OperationContext): Promise<readonly OutboxMessage[]> {
    return this.#log.getMessages(context);
  }

  /** @returns each template rendered with sample data, in each of its locales */
  getTemplatePreviews(): readonly TemplatePreview[] {
    return this.#messages.renderPreviews();
  }

  async getMessagesPage(context: OperationContext): Promise<OutboxPage> {
    const html = renderMessagesPage(await this.#log.getMessages(context));
    return this.#pageOf(html);
  }

  getTemplatesPage(): OutboxPage {
    return this.#pageOf(renderTemplatesPage(this.#messages.renderPreviews()));
  }

  #pageOf(html: string): OutboxPage {
    return { html, contentSecurityPolicy: outboxPagePolicy(this.#messages.branding) };
  }

  /** The reported line omits the contents: a code or a link does not belong in a log. */
  async #keep(message: KeptMessage, { deliveryId, accountId }: SendOptions): Promise<SendReceipt> {
    const context = OperationContext.create({
      actor: { type: 'worker', id: 'development-outbox' },
      requestId: deliveryId,
    });
    await this.#log.keepMessage({ ...message, deliveryId, accountId }, context);
    const { channel, recipient, subject } = message;
    this.#report(`${channel} to ${recipient}${subject === null ? '' : `: ${subject}`}`);
    return { providerMessageId: deliveryId };
  }
}

/** Those that every mail has are shown elsewhere. */
function headersOf({ sender = {}, headers }: EmailMessage): Pick<OutboxMessage, 'headers'> {
  const all = {
    ...(sender.name === undefined ? {} : { From: sender.name }),
    ...(sender.replyTo === undefined ? {} : { 'Reply-To': sender.replyTo }),
    ...headers,
  };
  return Object.keys(all).length === 0 ? {} : { headers: all };
}
