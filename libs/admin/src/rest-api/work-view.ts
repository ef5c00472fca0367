import { toRecordedName } from '@org/core';
import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { AdminService } from '../admin-service.ts';
import type { AdminModules } from '../types.ts';
import { changeBy, operationOn, readable, toListBody, toPage } from './admin-view.ts';
import type { workRoutes } from './work-router.ts';

type Routes = typeof workRoutes;
type Modules = Pick<AdminModules, 'events' | 'jobs' | 'notification'>;
type Listed<List extends (...given: never[]) => Promise<{ readonly items: readonly unknown[] }>> =
  Awaited<ReturnType<List>>['items'][number];
type Job = Listed<Modules['jobs']['listJobs']>;
type Event = Listed<Modules['events']['listDeadRows']>;
type DeadDelivery = Listed<Modules['notification']['listDeadDeliveries']>;
type FailingDelivery = Listed<Modules['notification']['listFailingDeliveries']>;

export class WorkView implements RouteHandlers<Routes> {
  readonly #admin: AdminService;
  readonly #modules: Modules;

  constructor(admin: AdminService, modules: Modules) {
    this.#admin = admin;
    this.#modules = modules;
  }

  listDeliveries: RouteHandler<Routes['listDeliveries']> = async (request) => {
    const { status = 'failing' } = request.query;
    const { notification } = this.#modules;
    const [page, context] = [toPage(request.query), operationContextOf(request)];
    return status === 'dead'
      ? toListBody(await notification.listDeadDeliveries(page, context), toDeliveryBody)
      : toListBody(await notification.listFailingDeliveries(page, context), toDeliveryBody);
  };

  replayDelivery: RouteHandler<Routes['replayDelivery']> = async (request) => {
    const { resourceId: deliveryId, operation } = operationOn(
      { type: 'notification_deliveries', id: request.params.delivery_id },
      'deliveries.replay',
    );
    await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.notification.replayDeadDelivery({ deliveryId }, context),
    );
  };

  listJobs: RouteHandler<Routes['listJobs']> = async (request) => {
    const { name } = request.query;
    const page = { ...toPage(request.query), ...(name === undefined ? {} : { name }) };
    const jobs = await this.#modules.jobs.listJobs(page, operationContextOf(request));
    return toListBody(jobs, toJobBody);
  };

  runJob: RouteHandler<Routes['runJob']> = async (request) => {
    const { name } = request.params;
    const { payload = {} } = request.body;
    // Not the payload, which may name people, and would outlive their accounts.
    const parameters = { name: toRecordedName(name) };
    const operation = { name: 'jobs.run', resourceType: 'agendaJobs', parameters };
    const { jobId } = await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.jobs.dispatchByHand({ name, payload }, context),
    );
    return { job_id: jobId };
  };

  listDeadJobs: RouteHandler<Routes['listDeadJobs']> = async (request) => {
    const [page, context] = [toPage(request.query), operationContextOf(request)];
    return toListBody(await this.#modules.jobs.listDeadJobs(page, context), toJobBody);
  };

  replayJob: RouteHandler<Routes['replayJob']> = async (request) => {
    const { resourceId: jobId, operation } = operationOn(
      { type: 'agendaJobs', id: request.params.id },
      'jobs.replay',
    );
    await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.jobs.replayDeadJob({ jobId }, context),
    );
  };

  listWaitingEvents: RouteHandler<Routes['listWaitingEvents']> = async (request) => {
    const [page, context] = [toPage(request.query), operationContextOf(request)];
    return toListBody(await this.#modules.events.listWaitingRows(page, context), toEventBody);
  };

  listDeadEvents: RouteHandler<Routes['listDeadEvents']> = async (request) => {
    const [page, context] = [toPage(request.query), operationContextOf(request)];
    return toListBody(await this.#modules.events.listDeadRows(page, context), toEventBody);
  };

  replayEvent: RouteHandler<Routes['replayEvent']> = async (request) => {
    const { resourceId: rowId, operation } = operationOn(
      { type: 'event_deliveries', id: request.params.id },
      'events.replay',
    );
    await changeBy(request, this.#admin, operation, (context) =>
      this.#modules.events.replayDeadRow({ rowId }, context),
    );
  };
}

function toDeliveryBody(delivery: DeadDelivery | FailingDelivery) {
  const { nextAttemptAt } = { ...delivery } as Partial<FailingDelivery>;
  return {
    id: readable.text(delivery.id),
    account_id: readable.text(delivery.accountId),
    channel: readable.text(delivery.channel),
    topic: readable.text(delivery.topic),
    attempts: readable.count(delivery.attempts),
    last_error: readable.text(delivery.lastError),
    created_at: readable.time(delivery.createdAt),
    next_attempt_at: readable.timeOrNull(nextAttemptAt),
    expires_at: readable.timeOrNull(delivery.expiresAt),
  };
}

/** Without its payload, which may name people. */
function toJobBody(job: Job) {
  return {
    id: readable.text(job.id),
    name: readable.text(job.name),
    status: readable.text(job.status),
    schedule: readable.textOrNull(job.schedule),
    timezone: readable.text(job.timezone),
    attempts: readable.count(job.attempts),
    runs_at: readable.timeOrNull(job.runsAt),
    last_error: readable.textOrNull(job.lastError),
    dead_at: readable.timeOrNull(job.deadAt),
    created_at: readable.time(job.createdAt),
  };
}

/** Of its payload only which event it is, and whose. */
function toEventBody({ payload, ...row }: Event) {
  // Another program may have stored something else.
  const { name, payload: event } = payload as { name?: unknown; payload?: object };
  const { accountId } = { ...event } as { accountId?: unknown };
  return {
    id: readable.text(row.id),
    event: readable.textOrNull(name),
    listener: readable.text(row.kind),
    account_id: readable.textOrNull(accountId),
    attempts: readable.count(row.attempts),
    due_at: readable.time(row.dueAt),
    last_error: readable.textOrNull(row.lastError),
    created_at: readable.time(row.createdAt),
  };
}
