import { defineRoute, oneOf } from '@org/core/rest-api';
import * as Type from 'typebox';

import { TaskBadRequestError, TaskLimitReachedError, TaskNotFoundError } from '../errors.ts';
import {
  ListQuery,
  OwnerPath,
  TaskForm,
  TaskFormTypes,
  TaskListReply,
  TaskPath,
  TaskReply,
} from './task-schema.ts';

const all = { path: '/accounts/:account_id/tasks', params: OwnerPath } as const;
const one = { path: '/accounts/:account_id/tasks/:task_id', params: TaskPath } as const;
const common = { tag: 'tasks', access: 'owner' } as const;

const taskBody = oneOf(
  { task: { schema: TaskForm, judged: TaskFormTypes } },
  { badRequest: TaskBadRequestError },
);

export const taskRoutes = {
  createTask: defineRoute({
    ...common,
    ...all,
    method: 'POST',
    operationId: 'createTask',
    summary: 'Create a task',
    body: taskBody,
    isIdempotent: true,
    reply: { status: 201, schema: TaskReply },
    errors: [TaskBadRequestError, TaskLimitReachedError],
  }),
  listTasks: defineRoute({
    ...common,
    ...all,
    method: 'GET',
    operationId: 'listTasks',
    summary: 'List tasks, the newest first',
    query: ListQuery,
    reply: { status: 200, schema: TaskListReply },
    errors: [TaskBadRequestError],
  }),
  getTask: defineRoute({
    ...common,
    ...one,
    method: 'GET',
    operationId: 'getTask',
    summary: 'Read a task',
    reply: { status: 200, schema: TaskReply },
    errors: [TaskNotFoundError],
  }),
  updateTask: defineRoute({
    ...common,
    ...one,
    method: 'PATCH',
    operationId: 'updateTask',
    summary: 'Replace a task',
    body: taskBody,
    reply: { status: 200, schema: TaskReply },
    errors: [TaskBadRequestError, TaskNotFoundError],
  }),
  deleteTask: defineRoute({
    ...common,
    ...one,
    method: 'DELETE',
    operationId: 'deleteTask',
    summary: 'Delete a task',
    reply: { status: 204, schema: Type.Null({ description: 'It is deleted.' }) },
    errors: [TaskNotFoundError],
  }),
};
