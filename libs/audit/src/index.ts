export { AuditService } from './audit-service.ts';
export { auditModule } from './module.ts';

export type { AuditServiceDependencies } from './audit-service.ts';
export type {
  AuditBufferStatistics,
  AuditEventKind,
  AuditPage,
  AuditPageParams,
  AuditRecord,
  AuditRecordsByActorParams,
  AuditRecordsByResourceParams,
  AuditRecordsBySubjectParams,
  AuditRecordsByTimeParams,
  AuditSettings,
  EraseChangesParams,
  EraseOfAbandonedErasureParams,
  ExportRecordsByActorParams,
  ForgetSubjectParams,
  PseudonymizeActorParams,
} from './types.ts';

export { AuditBadRequestError, AuditErrorCode } from './errors.ts';
