import type { Erasure, OperationContext } from '@org/core';
import {
  DocumentQuota,
  parseObjectId,
  type CollectionReport,
  type RepositoryDependencies,
} from '@org/core/store';

import { TaskLimitReachedError, TaskNotFoundError } from '../errors.ts';
import type {
  CreateTaskParams,
  Task,
  TaskDataParams,
  TaskSearchByIdParams,
  UpdateTaskParams,
} from '../types.ts';
import { checkTaskFields } from './task-policy.ts';
import { convertTaskBsonToTask } from './task-util.ts';
import type { TaskDocument } from './store/task-model.ts';
import { TaskRepository } from './store/task-repository.ts';

export class TaskWriter {
  readonly #repository: TaskRepository;
  readonly #quota: DocumentQuota;

  constructor(dependencies: RepositoryDependencies, maximumPerAccount: number) {
    this.#repository = new TaskRepository(dependencies);
    this.#quota = new DocumentQuota({
      clock: dependencies.database.clock,
      repository: this.#repository,
      maximum: maximumPerAccount,
      refuse: (maximum) => new TaskLimitReachedError(maximum),
    });
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  async createTask(
    { accountId, title, description }: CreateTaskParams,
    context: OperationContext,
  ): Promise<Task> {
    checkTaskFields({ title, description });
    await this.#quota.take(accountId, context);
    const stored = await this.#repository.insertOne(
      { account_id: accountId, title, description, active: true },
      context,
    );
    return convertTaskBsonToTask(stored);
  }

  async updateTask(
    { accountId, id, title, description }: UpdateTaskParams,
    context: OperationContext,
  ): Promise<Task> {
    checkTaskFields({ title, description });
    return convertTaskBsonToTask(
      await this.#change({ accountId, id }, { title, description }, context),
    );
  }

  async deleteTask(params: TaskSearchByIdParams, context: OperationContext): Promise<void> {
    await this.#change(params, { active: false }, context);
    this.#quota.giveBack(params.accountId);
  }

  async deleteTaskDataByAccountId(
    { accountId }: TaskDataParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.eraseOwned(accountId, erasure, context);
  }

  async #change(
    { accountId, id }: TaskSearchByIdParams,
    fields: Partial<TaskDocument>,
    context: OperationContext,
  ): Promise<TaskDocument> {
    const objectId = parseObjectId(id);
    const changed =
      objectId &&
      (await this.#repository.findOneAndUpdate(
        { _id: objectId, account_id: accountId, active: true },
        { $set: fields },
        context,
      ));
    if (changed === undefined) {
      throw new TaskNotFoundError(id);
    }
    return changed;
  }
}
