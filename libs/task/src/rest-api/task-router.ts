import type { AccountGuard } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import {
  createTaskRoute,
  deleteTaskRoute,
  getTaskRoute,
  listTasksRoute,
  updateTaskRoute,
  type CreateTaskRoute,
  type TaskRoute,
  type ListTasksRoute,
  type UpdateTaskRoute,
} from './task-schema.ts';
import type { TaskView } from './task-view.ts';

export interface TaskRoutesDependencies {
  readonly view: TaskView;
  readonly guard: AccountGuard;
}

const ALL = '/accounts/:account_id/tasks';
const ONE = `${ALL}/:task_id`;

export function registerTaskRoutes(
  app: FastifyInstance,
  { view, guard: onRequest }: TaskRoutesDependencies,
): void {
  app.post<CreateTaskRoute>(ALL, { ...createTaskRoute, onRequest }, view.createTask);
  app.get<ListTasksRoute>(ALL, { ...listTasksRoute, onRequest }, view.listTasks);
  app.get<TaskRoute>(ONE, { ...getTaskRoute, onRequest }, view.getTask);
  app.patch<UpdateTaskRoute>(ONE, { ...updateTaskRoute, onRequest }, view.updateTask);
  app.delete<TaskRoute>(ONE, { ...deleteTaskRoute, onRequest }, view.deleteTask);
}
