import { operationContextOf, streamJson } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { TaskService } from '../task-service.ts';
import type { Task, TaskFields, TaskSearchByIdParams } from '../types.ts';
import type {
  CreateTaskRoute,
  TaskListReplyBody,
  TaskReplyBody,
  TaskRoute,
  ListTasksRoute,
  UpdateTaskRoute,
} from './task-schema.ts';

export class TaskView {
  readonly #tasks: TaskService;

  constructor(tasks: TaskService) {
    this.#tasks = tasks;
  }

  createTask = async (
    request: FastifyRequest<CreateTaskRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const created = await this.#tasks.createTask(
      { accountId: request.params.account_id, ...toFields(request.body) },
      operationContextOf(request),
    );
    return reply.code(201).send(toBody(created));
  };

  listTasks = async (
    request: FastifyRequest<ListTasksRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const list = await this.#tasks.getTasksByAccountId(
      { accountId: request.params.account_id, pagination: toPagination(request.query) },
      operationContextOf(request),
    );
    const body: TaskListReplyBody = {
      items: list.items.map(toBody),
      pagination_params: list.paginationParams,
      total_count: list.totalCount,
      total_pages: list.totalPages,
    };
    return streamJson(reply, body);
  };

  getTask = async (request: FastifyRequest<TaskRoute>): Promise<TaskReplyBody> => {
    return toBody(
      await this.#tasks.getTaskById(toSearch(request.params), operationContextOf(request)),
    );
  };

  updateTask = async (request: FastifyRequest<UpdateTaskRoute>): Promise<TaskReplyBody> => {
    const updated = await this.#tasks.updateTask(
      { ...toSearch(request.params), ...toFields(request.body) },
      operationContextOf(request),
    );
    return toBody(updated);
  };

  deleteTask = async (
    request: FastifyRequest<TaskRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    await this.#tasks.deleteTask(toSearch(request.params), operationContextOf(request));
    return reply.code(204).send();
  };
}

function toSearch(path: TaskRoute['Params']): TaskSearchByIdParams {
  return { accountId: path.account_id, id: path.task_id };
}

function toFields({ title = '', description = '' }: CreateTaskRoute['Body']): TaskFields {
  return { title, description };
}

/** Numbers as they came: the service says which it takes. */
function toPagination(query: ListTasksRoute['Querystring']): Record<string, number> {
  return Object.fromEntries(
    Object.entries(query).map(([name, text]) => [name, /^-?\d+$/.test(text) ? Number(text) : NaN]),
  );
}

function toBody(task: Task): TaskReplyBody {
  return {
    id: task.id,
    account_id: task.accountId,
    title: task.title,
    description: task.description,
    created_at: task.createdAt.toISOString(),
    updated_at: task.updatedAt.toISOString(),
  };
}
