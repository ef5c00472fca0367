import type { FastifyInstance } from 'fastify';

import { getMessagesSchema, hiddenSchema } from './development-outbox-schema.ts';
import type { DevelopmentOutboxView } from './development-outbox-view.ts';

export function registerDevelopmentOutboxRoutes(
  app: FastifyInstance,
  view: DevelopmentOutboxView,
): void {
  app.get('/dev/outbox', { schema: hiddenSchema }, view.getMessagesPage);
  app.get('/dev/outbox/templates', { schema: hiddenSchema }, view.getTemplatesPage);
  app.get('/dev/outbox/messages', { schema: getMessagesSchema }, view.getMessages);
}
