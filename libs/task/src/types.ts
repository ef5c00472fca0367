import type { PaginationParams } from '@org/core';

/** Something that an account wants done. */
export interface Task extends TaskFields {
  readonly id: string;
  /** The owner's account; no one else sees the task. */
  readonly accountId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a client may set. */
export interface TaskFields {
  /** Never empty; nor is the description. */
  readonly title: string;
  readonly description: string;
}

export interface CreateTaskParams extends TaskFields {
  readonly accountId: string;
}

export interface TaskSearchByIdParams {
  readonly accountId: string;
  readonly id: string;
}

/** Replaces everything that a client may set. */
export interface UpdateTaskParams extends TaskSearchByIdParams, TaskFields {}

export interface TaskDataParams {
  readonly accountId: string;
}

export interface TaskListParams {
  readonly accountId: string;
  /** Default: the first 10. At most 100 at a time. */
  readonly pagination?: Partial<PaginationParams>;
}

export interface TaskPage {
  readonly items: readonly Task[];
  /** The requested page, with defaults and cap applied. */
  readonly paginationParams: PaginationParams;
  readonly totalCount: number;
  readonly totalPages: number;
}

export interface TaskSettings {
  /** Tasks per account; approximate if several processes store tasks. Default: 100,000. */
  readonly maximumPerAccount?: number;
}
