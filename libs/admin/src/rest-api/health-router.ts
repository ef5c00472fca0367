import { defineRoute } from '@org/core/rest-api';

import { reading } from './admin-router.ts';
import { HealthReply } from './health-schema.ts';

export const healthRoutes = {
  getHealth: defineRoute({
    ...reading,
    permission: 'health.read',
    path: '/admin/health',
    operationId: 'getHealth',
    summary: 'Read how the program does: its queues, and the last hour of one process by minutes',
    reply: { status: 200, schema: HealthReply },
  }),
};
