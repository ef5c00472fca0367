import { defineRoute } from '@org/core/rest-api';

import { HealthReply } from './health-schema.ts';

export const healthRoutes = {
  getHealth: defineRoute({
    tag: 'admin',
    access: 'account',
    permission: 'health.read',
    method: 'GET',
    path: '/admin/health',
    operationId: 'getHealth',
    summary: 'Read how the program does: its queues, and the last hour of one process by minutes',
    reply: { status: 200, schema: HealthReply },
  }),
};
