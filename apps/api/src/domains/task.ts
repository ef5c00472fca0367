import { taskModule, TaskService } from '@org/task';
import { taskRestApi } from '@org/task/rest-api';

import type { Domain, DomainDependencies } from './domain.ts';

export function composeTask({ database, audit, config }: DomainDependencies): Domain {
  const { TASK_MAX_PER_ACCOUNT: maximumPerAccount } = config;
  const tasks = TaskService.create({ database, audit, settings: { maximumPerAccount } });
  return {
    manifest: taskModule,
    initialize: () => tasks.initialize(),
    personalDataProvider: {
      name: 'tasks',
      exportDataByAccountId: (params, context) => tasks.exportTaskDataByAccountId(params, context),
      deleteDataByAccountId: (params, erasure, context) =>
        tasks.deleteTaskDataByAccountId(params, erasure, context),
    },
    mount: async (api, guard) => {
      await api.register(taskRestApi, { tasks, guard });
    },
  };
}
