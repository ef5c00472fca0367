export { TaskService } from './task-service.ts';
export { taskModule } from './module.ts';

export type { TaskServiceDependencies } from './task-service.ts';
export type {
  CreateTaskParams,
  Task,
  TaskDataParams,
  TaskFields,
  TaskListParams,
  TaskPage,
  TaskSearchByIdParams,
  TaskSettings,
  UpdateTaskParams,
} from './types.ts';

export {
  TaskBadRequestError,
  TaskErrorCode,
  TaskLimitReachedError,
  TaskNotFoundError,
} from './errors.ts';
