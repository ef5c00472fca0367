import { defineModule } from '@org/core';

import type { TaskSettings } from './types.ts';

/** What tasks own. */
export const taskModule = defineModule({
  name: 'task',
  collections: {
    tasks: { holds: 'tasks, also deleted ones', personalData: { exported: true, end: 'erased' } },
  },
  settings: { maximumPerAccount: true } satisfies Record<keyof TaskSettings, true>,
});
