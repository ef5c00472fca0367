import { TaskService } from '@org/task';
import { taskRestApi } from '@org/task/rest-api';

import type { Domain, DomainDependencies } from './domain.ts';

export function composeTask({ database, audit }: DomainDependencies): Domain {
  const tasks = TaskService.create({ database, audit });
  return {
    initialize: () => tasks.initialize(),
    dataHolder: {
      name: 'tasks',
      exportDataByAccountId: (params, context) => tasks.exportTaskDataByAccountId(params, context),
      deleteDataByAccountId: (params, context) => tasks.deleteTaskDataByAccountId(params, context),
    },
    mount: async (api, guard) => {
      await api.register(taskRestApi, { tasks, guard });
    },
  };
}
