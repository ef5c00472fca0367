import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';
import type { FastifyReply } from 'fastify';

import type { DevelopmentOutboxService, OutboxPage } from '../development-outbox-service.ts';
import type { developmentOutboxRoutes } from './development-outbox-router.ts';

type Routes = typeof developmentOutboxRoutes;

export class DevelopmentOutboxView implements RouteHandlers<Routes> {
  readonly #outbox: DevelopmentOutboxService;

  constructor(outbox: DevelopmentOutboxService) {
    this.#outbox = outbox;
  }

  getMessagesPage: RouteHandler<Routes['getMessagesPage']> = async (request, reply) =>
    sendPage(reply, await this.#outbox.getMessagesPage(operationContextOf(request)));

  getTemplatesPage: RouteHandler<Routes['getTemplatesPage']> = async (_request, reply) =>
    sendPage(reply, this.#outbox.getTemplatesPage());

  getMessages: RouteHandler<Routes['getMessages']> = async (request) => {
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
