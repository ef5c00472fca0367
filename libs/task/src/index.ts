export { TaskService } from './task-service.ts';

export type { TaskServiceDependencies, TaskSettings } from './task-service.ts';
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

export {
  TaskBadRequestError,
  TaskErrorCode,
  TaskLimitReachedError,
  TaskNotFoundError,
} from './errors.ts';
