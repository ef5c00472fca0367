import { defineRoute } from '@org/core/rest-api';

import { AdminBadRequestError } from '../errors.ts';
import { refusals } from '../admin-service.ts';
import { changing, reading } from './admin-router.ts';
import { IdPath, NothingReply, PageQuery, reasonBody } from './admin-schema.ts';
import {
  DeliveryListQuery,
  DeliveryListReply,
  DeliveryPath,
  EventListReply,
  JobListQuery,
  JobListReply,
  JobPath,
  jobRunBody,
  JobRunReply,
} from './work-schema.ts';

const replay = {
  ...changing,
  body: reasonBody,
  reply: { status: 204, schema: NothingReply },
} as const;

/** Messages, jobs, and events: what waits, what failed, and doing it again. */
export const workRoutes = {
  listDeliveries: defineRoute({
    ...reading,
    path: '/admin/deliveries',
    operationId: 'listDeliveries',
    summary: 'List messages that could not be sent, the newest first',
    permission: 'deliveries.read',
    query: DeliveryListQuery,
    reply: { status: 200, schema: DeliveryListReply },
    errors: [AdminBadRequestError, ...refusals.deliveryPage],
  }),
  replayDelivery: defineRoute({
    ...replay,
    path: '/admin/deliveries/:delivery_id/replay',
    operationId: 'replayDelivery',
    summary: 'Send a message that was given up after all',
    permission: 'deliveries.replay',
    params: DeliveryPath,
    errors: [AdminBadRequestError, ...refusals.delivery],
  }),
  listJobs: defineRoute({
    ...reading,
    path: '/admin/jobs',
    operationId: 'listJobs',
    summary: 'List jobs in the queue and schedules, the newest first',
    permission: 'jobs.read',
    query: JobListQuery,
    reply: { status: 200, schema: JobListReply },
    errors: [AdminBadRequestError, ...refusals.jobPage],
  }),
  runJob: defineRoute({
    ...changing,
    path: '/admin/jobs/:name/run',
    operationId: 'runJob',
    summary: 'Put a job into the queue',
    permission: 'jobs.run',
    params: JobPath,
    body: jobRunBody,
    reply: { status: 201, schema: JobRunReply },
    errors: [AdminBadRequestError, ...refusals.jobRun],
  }),
  listDeadJobs: defineRoute({
    ...reading,
    path: '/admin/dead-jobs',
    operationId: 'listDeadJobs',
    summary: 'List jobs that are out of attempts, the newest first',
    permission: 'jobs.read',
    query: PageQuery,
    reply: { status: 200, schema: JobListReply },
    errors: [AdminBadRequestError, ...refusals.jobPage],
  }),
  replayJob: defineRoute({
    ...replay,
    path: '/admin/dead-jobs/:id/replay',
    operationId: 'replayJob',
    summary: 'Give a dead job its attempts again',
    permission: 'jobs.replay',
    params: IdPath,
    errors: [AdminBadRequestError, ...refusals.deadJob],
  }),
  listWaitingEvents: defineRoute({
    ...reading,
    path: '/admin/waiting-events',
    operationId: 'listWaitingEvents',
    summary: 'List events that a listener has not heard yet, the newest first',
    permission: 'events.read',
    query: PageQuery,
    reply: { status: 200, schema: EventListReply },
    errors: [AdminBadRequestError, ...refusals.eventPage],
  }),
  listDeadEvents: defineRoute({
    ...reading,
    path: '/admin/dead-events',
    operationId: 'listDeadEvents',
    summary: 'List events that a listener failed to hear, the newest first',
    permission: 'events.read',
    query: PageQuery,
    reply: { status: 200, schema: EventListReply },
    errors: [AdminBadRequestError, ...refusals.eventPage],
  }),
  replayEvent: defineRoute({
    ...replay,
    path: '/admin/dead-events/:id/replay',
    operationId: 'replayEvent',
    summary: 'Give a dead event its attempts again',
    permission: 'events.replay',
    params: IdPath,
    errors: [AdminBadRequestError, ...refusals.deadEvent],
  }),
};
