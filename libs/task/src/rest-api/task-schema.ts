import { bodyFormValidator, type BadRequestErrorFactory } from '@org/core/rest-api';
import * as Type from 'typebox';

import { TaskBadRequestError, TaskErrorCode } from '../errors.ts';

const DateTime = Type.String({ format: 'date-time' });
const example = { title: 'Water the plants', description: 'The fern needs little.' };
const replyExample = {
  id: '64b000000000000000000002',
  account_id: '64b000000000000000000001',
  ...example,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

const TaskForm = Type.Object(
  { title: Type.String({ minLength: 1 }), description: Type.String({ minLength: 1 }) },
  { examples: [example] },
);

/** What the schema judges. That a field is there and not empty is a rule of the service. */
const TaskFormTypes = Type.Object({
  title: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
});

const TaskReply = Type.Object(
  {
    id: Type.String(),
    account_id: Type.String(),
    title: Type.String(),
    description: Type.String(),
    created_at: DateTime,
    updated_at: DateTime,
  },
  { examples: [replyExample] },
);

const TaskListReply = Type.Object(
  {
    items: Type.Array(TaskReply),
    pagination_params: Type.Object({
      offset: Type.Integer(),
      page: Type.Integer(),
      size: Type.Integer(),
    }),
    total_count: Type.Integer(),
    total_pages: Type.Integer(),
  },
  {
    examples: [
      {
        items: [replyExample],
        pagination_params: { offset: 0, page: 1, size: 10 },
        total_count: 1,
        total_pages: 1,
      },
    ],
  },
);

const OwnerPath = Type.Object({ account_id: Type.String() });
const TaskPath = Type.Object({ account_id: Type.String(), task_id: Type.String() });

const ListQuery = Type.Object({
  offset: Type.Optional(Type.String({ description: 'Items to leave out first. Default: 0' })),
  page: Type.Optional(Type.String({ description: 'Counted from 1. Default: 1' })),
  size: Type.Optional(Type.String({ description: 'Items on a page, at most 100. Default: 10' })),
});

export type TaskReplyBody = Type.Static<typeof TaskReply>;
export type TaskListReplyBody = Type.Static<typeof TaskListReply>;

export interface CreateTaskRoute {
  Params: Type.Static<typeof OwnerPath>;
  Body: Type.Static<typeof TaskFormTypes>;
}

export interface ListTasksRoute {
  Params: Type.Static<typeof OwnerPath>;
  Querystring: Type.Static<typeof ListQuery>;
}

export interface TaskRoute {
  Params: Type.Static<typeof TaskPath>;
}

export interface UpdateTaskRoute extends TaskRoute {
  Body: Type.Static<typeof TaskFormTypes>;
}

export const badRequest: BadRequestErrorFactory = (message, details) =>
  new TaskBadRequestError(message, details);

const NO_OBJECT = 'body must be a JSON object';

const validatorCompiler = bodyFormValidator({
  forms: [{ keys: [], schema: TaskFormTypes, badRequest }],
  noForm: () => badRequest(NO_OBJECT, [{ path: '', message: NO_OBJECT }]),
  badRequest,
});

const tags = ['tasks'];
/** Codes of the guard of @org/authentication; the guard of another app has its own. */
const denied = {
  401: [
    'ACCESS_TOKEN_ERR_01',
    'ACCESS_TOKEN_ERR_02',
    'ACCESS_TOKEN_ERR_03',
    'ACCESS_TOKEN_ERR_04',
    'ACCESS_TOKEN_ERR_05',
  ],
};
const notFound = { 404: [TaskErrorCode.NOT_FOUND] };
const refused = { 400: [TaskErrorCode.BAD_REQUEST] };
const full = { 409: [TaskErrorCode.LIMIT_REACHED] };

export const createTaskRoute = {
  schema: {
    operationId: 'createTask',
    summary: 'Create a task',
    tags,
    params: OwnerPath,
    body: TaskForm,
    response: { 201: TaskReply },
  },
  validatorCompiler,
  config: { errors: { ...denied, ...refused, ...full } },
};

export const listTasksRoute = {
  schema: {
    operationId: 'listTasks',
    summary: 'List tasks, the newest first',
    tags,
    params: OwnerPath,
    querystring: ListQuery,
    response: { 200: TaskListReply },
  },
  config: { errors: { ...denied, ...refused } },
};

export const getTaskRoute = {
  schema: {
    operationId: 'getTask',
    summary: 'Read a task',
    tags,
    params: TaskPath,
    response: { 200: TaskReply },
  },
  config: { errors: { ...denied, ...notFound } },
};

export const updateTaskRoute = {
  schema: {
    operationId: 'updateTask',
    summary: 'Replace a task',
    tags,
    params: TaskPath,
    body: TaskForm,
    response: { 200: TaskReply },
  },
  validatorCompiler,
  config: { errors: { ...denied, ...refused, ...notFound } },
};

export const deleteTaskRoute = {
  schema: {
    operationId: 'deleteTask',
    summary: 'Delete a task',
    tags,
    params: TaskPath,
    response: { 204: Type.Null({ description: 'It is deleted.' }) },
  },
  config: { errors: { ...denied, ...notFound } },
};
