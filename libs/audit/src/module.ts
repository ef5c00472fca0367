import { defineModule } from '@org/core';

import type { AuditSettings } from './types.ts';

/** What the audit trail owns. */
export const auditModule = defineModule({
  name: 'audit',
  collections: {
    audit_log: {
      holds: 'who did what, and when',
      personalData: { exported: true, end: 'pseudonymized' },
    },
  },
  settings: {
    recordsOwnerReads: true,
    retentionMilliseconds: true,
    sourceWindowMilliseconds: true,
    recordedPerSourceWindow: true,
    maximumWatchedSources: true,
  } satisfies Record<keyof AuditSettings, true>,
  permissions: ['audit.read'],
});
