export { TaskService } from './task-service.ts';

export type { TaskServiceDependencies } from './task-service.ts';
export type {
  CreateTaskParams,
  Task,
  TaskFields,
  TaskListParams,
  TaskPage,
  TaskSearchByIdParams,
  UpdateTaskParams,
} from './types.ts';

export { TaskBadRequestError, TaskNotFoundError, TaskErrorCode } from './errors.ts';
