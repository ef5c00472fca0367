import type { AuditTrail, OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { OutboxMessageReader } from './internal/development-outbox/outbox-message-reader.ts';
import { OutboxMessageWriter } from './internal/development-outbox/outbox-message-writer.ts';
import {
  OUTBOX_PAGE_POLICY,
  renderMessagesPage,
  renderTemplatesPage,
} from './internal/development-outbox/outbox-page-util.ts';
import { OutboxProviders } from './internal/development-outbox/outbox-providers.ts';
import { OutboxMessageRepository } from './internal/development-outbox/store/outbox-message-repository.ts';
import { renderPreviews, type TemplatePreview } from './internal/topic/rendering.ts';
import type { MessageProviders } from './message-provider.ts';
import type { OutboxMessage } from './types.ts';

export type { TemplatePreview } from './internal/topic/rendering.ts';

const MAXIMUM_MESSAGES = 200;

export interface DevelopmentOutboxServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Takes a line for each message, without what it says. Default: no lines. */
  readonly report?: (line: string) => void;
  /** The oldest beyond these are removed. Default: 200. */
  readonly maximumMessages?: number;
}

/** A page for the browser and the Content-Security-Policy that it needs. */
export interface OutboxPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/**
 * Keeps messages instead of sending them, for development and tests. They lie in the database in
 * plain, since the worker that sends and the API that shows them may be two processes: never use it
 * where real people are.
 */
export class DevelopmentOutboxService {
  /** Providers of all channels, for `NotificationService.create`. */
  readonly providers: Required<MessageProviders>;
  readonly #repository: OutboxMessageRepository;
  readonly #reader: OutboxMessageReader;

  private constructor(dependencies: DevelopmentOutboxServiceDependencies) {
    const { database, audit, report = () => undefined } = dependencies;
    const { maximumMessages = MAXIMUM_MESSAGES } = dependencies;
    this.#repository = new OutboxMessageRepository({ database, audit });
    this.#reader = new OutboxMessageReader(this.#repository);
    const writer = new OutboxMessageWriter({ repository: this.#repository, maximumMessages });
    this.providers = new OutboxProviders({ writer, report });
  }

  static create(dependencies: DevelopmentOutboxServiceDependencies): DevelopmentOutboxService {
    return new DevelopmentOutboxService(dependencies);
  }

  /** Creates the collection; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /** @returns the kept messages, newest first */
  async getMessages(context: OperationContext): Promise<readonly OutboxMessage[]> {
    return this.#reader.getMessages(context);
  }

  /** @returns what each template makes of sample data */
  getTemplatePreviews(): readonly TemplatePreview[] {
    return renderPreviews();
  }

  /** The kept messages as a page. */
  async getMessagesPage(context: OperationContext): Promise<OutboxPage> {
    const html = renderMessagesPage(await this.#reader.getMessages(context));
    return { html, contentSecurityPolicy: OUTBOX_PAGE_POLICY };
  }

  /** The previews of all templates as a page. */
  getTemplatesPage(): OutboxPage {
    const html = renderTemplatesPage(renderPreviews());
    return { html, contentSecurityPolicy: OUTBOX_PAGE_POLICY };
  }
}
