import type { AuditEvent, AuditTrail, OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { TaskReader } from './internal/task-reader.ts';
import { TaskWriter } from './internal/task-writer.ts';
import { TaskRepository } from './internal/store/task-repository.ts';
import type {
  CreateTaskParams,
  Task,
  TaskDataParams,
  TaskListParams,
  TaskPage,
  TaskSearchByIdParams,
  UpdateTaskParams,
} from './types.ts';

export interface TaskServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
}

/** Tasks, each of one account. */
export class TaskService {
  readonly #repository: TaskRepository;
  readonly #reader: TaskReader;
  readonly #writer: TaskWriter;

  private constructor({ database, audit }: TaskServiceDependencies) {
    this.#repository = new TaskRepository({ database, audit });
    this.#reader = new TaskReader(this.#repository);
    this.#writer = new TaskWriter(this.#repository);
  }

  static create(dependencies: TaskServiceDependencies): TaskService {
    return new TaskService(dependencies);
  }

  /** Creates this module's collection and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /** @throws TaskBadRequestError when a field is refused; the message says why */
  async createTask(params: CreateTaskParams, context: OperationContext): Promise<Task> {
    return this.#writer.createTask(params, context);
  }

  /** @throws TaskNotFoundError when the account has none of this id */
  async getTaskById(params: TaskSearchByIdParams, context: OperationContext): Promise<Task> {
    return this.#reader.getTaskById(params, context);
  }

  /**
   * The newest first.
   *
   * @throws TaskBadRequestError when there can be no such page
   */
  async getTasksByAccountId(params: TaskListParams, context: OperationContext): Promise<TaskPage> {
    return this.#reader.getTasksByAccountId(params, context);
  }

  /**
   * @throws TaskBadRequestError when a field is refused; the message says why
   * @throws TaskNotFoundError when the account has none of this id
   */
  async updateTask(params: UpdateTaskParams, context: OperationContext): Promise<Task> {
    return this.#writer.updateTask(params, context);
  }

  /**
   * Nobody finds it afterwards; the document stays, inactive.
   *
   * @throws TaskNotFoundError when the account has none of this id
   */
  async deleteTask(params: TaskSearchByIdParams, context: OperationContext): Promise<void> {
    await this.#writer.deleteTask(params, context);
  }

  /** Everything that is kept of the account, what was deleted included, as JSON. */
  async exportTaskDataByAccountId(
    params: TaskDataParams,
    context: OperationContext,
  ): Promise<readonly object[]> {
    return this.#reader.exportTaskDataByAccountId(params, context);
  }

  /**
   * Erases all of that for good.
   *
   * @returns what was erased, so that its audit records can be blanked
   */
  async deleteTaskDataByAccountId(
    params: TaskDataParams,
    context: OperationContext,
  ): Promise<readonly Pick<AuditEvent, 'resourceType' | 'resourceId'>[]> {
    return this.#writer.deleteTaskDataByAccountId(params, context);
  }
}
