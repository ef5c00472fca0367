import { defineRoute } from '@org/core/rest-api';
import * as Type from 'typebox';

import { OutboxMessageList } from './development-outbox-schema.ts';

const common = { method: 'GET', tag: 'development', access: 'anyone', isHidden: true } as const;
const page = { status: 200, schema: Type.String() };

export const developmentOutboxRoutes = {
  getMessagesPage: defineRoute({
    ...common,
    path: '/dev/outbox',
    operationId: 'getMessagesPage',
    summary: 'The messages, as a page',
    reply: page,
  }),
  getTemplatesPage: defineRoute({
    ...common,
    path: '/dev/outbox/templates',
    operationId: 'getTemplatesPage',
    summary: 'Every template with sample data, as a page',
    reply: page,
  }),
  getMessages: defineRoute({
    ...common,
    path: '/dev/outbox/messages',
    operationId: 'getMessages',
    summary: 'The messages',
    reply: { status: 200, schema: OutboxMessageList },
  }),
};
