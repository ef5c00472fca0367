import { operationContextOf } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { DevelopmentOutboxService, OutboxPage } from '../development-outbox-service.ts';
import type { OutboxMessageListBody } from './development-outbox-schema.ts';

export class DevelopmentOutboxView {
  readonly #outbox: DevelopmentOutboxService;

  constructor(outbox: DevelopmentOutboxService) {
    this.#outbox = outbox;
  }

  getMessagesPage = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    sendPage(reply, await this.#outbox.getMessagesPage(operationContextOf(request)));

  getTemplatesPage = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    sendPage(reply, this.#outbox.getTemplatesPage());

  getMessages = async (request: FastifyRequest): Promise<OutboxMessageListBody> => {
    const messages = await this.#outbox.getMessages(operationContextOf(request));
    return {
      items: messages.map(({ deliveryId, createdAt, ...message }) => ({
        ...message,
        delivery_id: deliveryId,
        created_at: createdAt.toISOString(),
      })),
    };
  };
}

function sendPage(reply: FastifyReply, { html, contentSecurityPolicy }: OutboxPage): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', contentSecurityPolicy)
    .header('cache-control', 'no-store')
    .send(html);
}
