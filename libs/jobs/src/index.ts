export { JobService } from './job-service.ts';
export { jobsModule } from './module.ts';

export type { JobServiceDependencies } from './job-service.ts';
export type {
  CleanUpDefinition,
  DispatchedJob,
  DispatchJobAfterParams,
  DispatchJobAtParams,
  DispatchJobParams,
  ExpiredRecordsOwner,
  FailedAttempt,
  Job,
  JobByIdParams,
  JobDefinition,
  JobErrorListener,
  JobPage,
  JobPayloadSchema,
  JobRun,
  JobRunRecord,
  JobRunStatus,
  JobSettings,
  JobStatus,
  ListJobRunsParams,
  ListJobsParams,
  ListParams,
  QueueStatistics,
} from './types.ts';

export {
  InvalidJobDefinitionError,
  InvalidJobPayloadError,
  JobBadRequestError,
  JobErrorCode,
  JobNotFoundError,
  JobTimeLimitExceededError,
  UnknownJobError,
} from './errors.ts';
