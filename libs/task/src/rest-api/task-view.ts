import {
  operationContextOf,
  streamJson,
  type RouteHandler,
  type RouteHandlers,
  type RouteRequest,
} from '@org/core/rest-api';
import type * as Type from 'typebox';

import type { TaskService } from '../task-service.ts';
import type { Task, TaskFields, TaskSearchByIdParams } from '../types.ts';
import type { taskRoutes } from './task-router.ts';
import type { ListQuery, TaskListReply, TaskReply } from './task-schema.ts';

type Routes = typeof taskRoutes;

export class TaskView implements RouteHandlers<Routes> {
  readonly #tasks: TaskService;

  constructor(tasks: TaskService) {
    this.#tasks = tasks;
  }

  createTask: RouteHandler<Routes['createTask']> = async (request) => {
    const created = await this.#tasks.createTask(
      { accountId: request.params.account_id, ...toFields(request.body) },
      operationContextOf(request),
    );
    return toBody(created);
  };

  listTasks: RouteHandler<Routes['listTasks']> = async (request, reply) => {
    const list = await this.#tasks.getTasksByAccountId(
      { accountId: request.params.account_id, pagination: toPagination(request.query) },
      operationContextOf(request),
    );
    const body: Type.Static<typeof TaskListReply> = {
      items: list.items.map(toBody),
      pagination_params: list.paginationParams,
      total_count: list.totalCount,
      total_pages: list.totalPages,
    };
    return streamJson(reply, body);
  };

  getTask: RouteHandler<Routes['getTask']> = async (request) =>
    toBody(await this.#tasks.getTaskById(toSearch(request), operationContextOf(request)));

  updateTask: RouteHandler<Routes['updateTask']> = async (request) => {
    const updated = await this.#tasks.updateTask(
      { ...toSearch(request), ...toFields(request.body) },
      operationContextOf(request),
    );
    return toBody(updated);
  };

  deleteTask: RouteHandler<Routes['deleteTask']> = async (request) => {
    await this.#tasks.deleteTask(toSearch(request), operationContextOf(request));
  };
}

function toSearch({ params }: RouteRequest<Routes['getTask']>): TaskSearchByIdParams {
  return { accountId: params.account_id, id: params.task_id };
}

function toFields({
  title = '',
  description = '',
}: RouteRequest<Routes['createTask']>['body']): TaskFields {
  return { title, description };
}

/** Passes numbers through unchanged: the service decides which it accepts. */
function toPagination(query: Type.Static<typeof ListQuery>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(query).map(([name, text]) => [name, /^-?\d+$/.test(text) ? Number(text) : NaN]),
  );
}

function toBody(task: Task): Type.Static<typeof TaskReply> {
  return {
    id: task.id,
    account_id: task.accountId,
    title: task.title,
    description: task.description,
    created_at: task.createdAt.toISOString(),
    updated_at: task.updatedAt.toISOString(),
  };
}
