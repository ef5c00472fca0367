import { applyHttpContract, registerRoutes, type AccountGuard } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import { TaskBadRequestError } from '../errors.ts';
import type { TaskService } from '../task-service.ts';
import { taskRoutes } from './task-router.ts';
import { TaskView } from './task-view.ts';

export interface TaskRestApiOptions {
  readonly tasks: TaskService;
  /** Decides who may act as the account in the path. */
  readonly guard: AccountGuard;
}

/** Fastify plugin with the routes below `/accounts/:account_id/tasks`. */
export async function taskRestApi(
  app: FastifyInstance,
  { tasks, guard }: TaskRestApiOptions,
): Promise<void> {
  applyHttpContract(app, TaskBadRequestError);
  registerRoutes(app, taskRoutes, { handlers: new TaskView(tasks), guard });
}
