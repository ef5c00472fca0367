import type { PaginationParams } from '@org/core';

export interface Task {
  readonly id: string;
  /** The account that it belongs to; nobody else sees it. */
  readonly accountId: string;
  /** Never empty. */
  readonly title: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CreateTaskParams {
  readonly accountId: string;
  readonly title: string;
}

export interface TaskSearchByIdParams {
  readonly accountId: string;
  readonly id: string;
}

/** Replaces all that a client may set. */
export interface UpdateTaskParams extends TaskSearchByIdParams {
  readonly title: string;
}

export interface TaskListParams {
  readonly accountId: string;
  /** Default: the first 10. At most 100 at a time. */
  readonly pagination?: Partial<PaginationParams>;
}

export interface TaskPage {
  readonly items: readonly Task[];
  /** What was asked for, with defaults and cap applied. */
  readonly paginationParams: PaginationParams;
  readonly totalCount: number;
  readonly totalPages: number;
}
