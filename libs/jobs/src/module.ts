import { defineModule } from '@org/core';

import type { JobSettings } from './types.ts';

/** What jobs own. */
export const jobsModule = defineModule({
  name: 'jobs',
  collections: {
    agendaJobs: {
      holds: 'jobs to be run, and dead ones',
      personalData: { exported: false, end: 'expires' },
    },
    job_run: { holds: 'runs and their results', personalData: { exported: false, end: 'expires' } },
  },
  jobs: ['audit.retention', 'jobs.health-check', 'jobs.retention'],
  settings: {
    leaseMilliseconds: true,
    pollIntervalMilliseconds: true,
    stopGraceMilliseconds: true,
    maximumConcurrency: true,
    retentionMilliseconds: true,
  } satisfies Record<keyof JobSettings, true>,
  permissions: ['jobs.read', 'jobs.replay', 'jobs.run'],
});
