export { AuditService } from './audit-service.ts';

export type { AuditServiceDependencies, AuditSettings } from './audit-service.ts';
export type {
  AuditBufferStatistics,
  AuditPage,
  AuditPageParams,
  AuditRecord,
  AuditRecordsByActorParams,
  AuditRecordsByResourceParams,
  AuditRecordsBySubjectParams,
  AuditRecordsByTimeParams,
  AuditResource,
  EraseChangesParams,
  EraseOfAbandonedErasureParams,
  ExportRecordsByActorParams,
  ForgetSubjectParams,
  PseudonymizeActorParams,
} from './types.ts';

export { AuditBadRequestError, AuditErrorCode } from './errors.ts';
