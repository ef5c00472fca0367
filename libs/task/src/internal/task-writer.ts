import type { AuditEvent, OperationContext } from '@org/core';
import { parseObjectId } from '@org/core/store';

import { TaskNotFoundError } from '../errors.ts';
import type {
  CreateTaskParams,
  Task,
  TaskDataParams,
  TaskSearchByIdParams,
  UpdateTaskParams,
} from '../types.ts';
import { checkTaskFields } from './task-policy.ts';
import { convertTaskBsonToTask } from './task-util.ts';
import { TaskModel, type TaskDocument } from './store/task-model.ts';
import type { TaskRepository } from './store/task-repository.ts';

export class TaskWriter {
  readonly #repository: TaskRepository;

  constructor(repository: TaskRepository) {
    this.#repository = repository;
  }

  /** @throws TaskBadRequestError when a field is refused */
  async createTask(
    { accountId, title, description }: CreateTaskParams,
    context: OperationContext,
  ): Promise<Task> {
    checkTaskFields({ title, description });
    const stored = await this.#repository.insertOne(
      { account_id: accountId, title, description, active: true },
      context,
    );
    return convertTaskBsonToTask(stored);
  }

  /**
   * @throws TaskBadRequestError when a field is refused
   * @throws TaskNotFoundError when the account has none of this id
   */
  async updateTask(
    { accountId, id, title, description }: UpdateTaskParams,
    context: OperationContext,
  ): Promise<Task> {
    checkTaskFields({ title, description });
    return convertTaskBsonToTask(
      await this.#change({ accountId, id }, { title, description }, context),
    );
  }

  /** @throws TaskNotFoundError when the account has none of this id */
  async deleteTask(params: TaskSearchByIdParams, context: OperationContext): Promise<void> {
    await this.#change(params, { active: false }, context);
  }

  /** @returns what was erased */
  async deleteTaskDataByAccountId(
    { accountId }: TaskDataParams,
    context: OperationContext,
  ): Promise<readonly Pick<AuditEvent, 'resourceType' | 'resourceId'>[]> {
    const documents = await this.#repository.findAllOfAccount(accountId, context);
    await this.#repository.deleteMany({ _id: { $in: documents.map(({ _id }) => _id) } }, context);
    return documents.map(({ _id }) => ({
      resourceType: TaskModel.getCollectionName(),
      resourceId: _id.toHexString(),
    }));
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
