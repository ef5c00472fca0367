export { TaskService } from './task-service.ts';

export type { TaskServiceDependencies } from './task-service.ts';
export type {
  CreateTaskParams,
  Task,
  TaskDataParams,
  TaskFields,
  TaskListParams,
  TaskPage,
  TaskSearchByIdParams,
  UpdateTaskParams,
} from './types.ts';

export { TaskBadRequestError, TaskErrorCode, TaskNotFoundError } from './errors.ts';
