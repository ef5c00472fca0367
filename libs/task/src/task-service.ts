import type { AuditTrail, Erasure, OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import * as given from './internal/task-parameters-policy.ts';
import { TaskReader } from './internal/task-reader.ts';
import { TaskWriter } from './internal/task-writer.ts';
import type {
  CreateTaskParams,
  Task,
  TaskDataParams,
  TaskListParams,
  TaskPage,
  TaskSearchByIdParams,
  TaskSettings,
  UpdateTaskParams,
} from './types.ts';

export interface TaskServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly settings?: TaskSettings;
}

const MAXIMUM_PER_ACCOUNT = 100_000;

/** Tasks, each owned by one account. */
export class TaskService {
  readonly #reader: TaskReader;
  readonly #writer: TaskWriter;

  private constructor({ database, audit, settings = {} }: TaskServiceDependencies) {
    const { maximumPerAccount = MAXIMUM_PER_ACCOUNT } = settings;
    this.#reader = new TaskReader({ database, audit });
    this.#writer = new TaskWriter({ database, audit }, maximumPerAccount);
  }

  static create(dependencies: TaskServiceDependencies): TaskService {
    return new TaskService(dependencies);
  }

  /** Creates this module's collection and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#writer.initialize()];
  }

  /**
   * @throws TaskBadRequestError if a field is invalid; the message says why
   * @throws TaskLimitReachedError if the account has reached the maximum
   */
  async createTask(params: CreateTaskParams, context: OperationContext): Promise<Task> {
    return this.#writer.createTask(given.checkNewTask(params), context);
  }

  /** @throws TaskNotFoundError if the account has no task with this id */
  async getTaskById(params: TaskSearchByIdParams, context: OperationContext): Promise<Task> {
    return this.#reader.getTaskById(given.checkTaskId(params), context);
  }

  /**
   * Newest first.
   *
   * @throws TaskBadRequestError if there can be no such page
   */
  async getTasksByAccountId(params: TaskListParams, context: OperationContext): Promise<TaskPage> {
    return this.#reader.getTasksByAccountId(given.checkTaskList(params), context);
  }

  /**
   * @throws TaskBadRequestError if a field is invalid; the message says why
   * @throws TaskNotFoundError if the account has no task with this id
   */
  async updateTask(params: UpdateTaskParams, context: OperationContext): Promise<Task> {
    return this.#writer.updateTask(given.checkChangedTask(params), context);
  }

  /**
   * The document stays, inactive, but can no longer be found.
   *
   * @throws TaskNotFoundError if the account has no task with this id
   */
  async deleteTask(params: TaskSearchByIdParams, context: OperationContext): Promise<void> {
    await this.#writer.deleteTask(given.checkTaskId(params), context);
  }

  /** Everything stored about the account's tasks, including deleted ones, as JSON, page by page. */
  exportTaskDataByAccountId(
    params: TaskDataParams,
    context: OperationContext,
  ): AsyncIterable<readonly object[]> {
    return this.#reader.exportTaskDataByAccountId(given.checkAccountId(params), context);
  }

  /** Permanently erases all of it, page by page. May be called again if interrupted. */
  async deleteTaskDataByAccountId(
    params: TaskDataParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.deleteTaskDataByAccountId(given.checkAccountId(params), erasure, context);
  }
}
