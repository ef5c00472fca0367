import { countSkipped, resolvePagination, type OperationContext } from '@org/core';
import { parseObjectId, type RepositoryDependencies } from '@org/core/store';

import { TaskBadRequestError, TaskNotFoundError } from '../errors.ts';
import type {
  Task,
  TaskDataParams,
  TaskListParams,
  TaskPage,
  TaskSearchByIdParams,
} from '../types.ts';
import { convertTaskBsonToTask, convertTaskBsonToJson } from './task-util.ts';
import { filtersOfAll, TaskRepository } from './store/task-repository.ts';

export class TaskReader {
  readonly #repository: TaskRepository;

  constructor(dependencies: RepositoryDependencies) {
    this.#repository = new TaskRepository(dependencies);
  }

  async getTaskById(
    { accountId, id }: TaskSearchByIdParams,
    context: OperationContext,
  ): Promise<Task> {
    const objectId = parseObjectId(id);
    const found =
      objectId &&
      (await this.#repository.findOne(
        { _id: objectId, account_id: accountId, active: true },
        context,
      ));
    if (found === undefined) {
      throw new TaskNotFoundError(id);
    }
    return convertTaskBsonToTask(found);
  }

  /** Including deleted tasks. */
  async *exportTaskDataByAccountId(
    { accountId }: TaskDataParams,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    for (const filter of filtersOfAll(accountId)) {
      for await (const page of this.#repository.findInPages(filter, context)) {
        yield page.map(convertTaskBsonToJson);
      }
    }
  }

  async getTasksByAccountId(
    { accountId, pagination = {} }: TaskListParams,
    context: OperationContext,
  ): Promise<TaskPage> {
    const paginationParams = resolvePagination(
      pagination,
      (message, details) => new TaskBadRequestError(message, details),
    );
    const { items, totalCount } = await this.#repository.findPage(
      { account_id: accountId, active: true },
      context,
      {
        sort: { created_at: -1, _id: -1 },
        skip: countSkipped(paginationParams),
        limit: paginationParams.size,
      },
    );
    return {
      items: items.map(convertTaskBsonToTask),
      paginationParams,
      totalCount,
      totalPages: Math.ceil(totalCount / paginationParams.size),
    };
  }
}
