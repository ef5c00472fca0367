import { AdminService } from '@org/admin';
import { OperationContext } from '@org/core';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { inject } from 'vitest';

export const operator = '64b000000000000000000001';

export const context = OperationContext.create({
  actor: { type: 'account', id: operator },
  requestId: 'request-1',
});

export interface TestServices {
  readonly throwaway: ThrowawayDatabase;
  readonly audit: RecordingAuditTrail;
  readonly admin: AdminService;
}

/** The module and what it needs, on a database of its own. */
export async function createServices(permissions: readonly string[] = []): Promise<TestServices> {
  const clock = new FakeClock();
  const throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  const audit = new RecordingAuditTrail();
  const roles = {
    findPermissionsByAccountId: async () => permissions,
    findRolesByAccountId: async () => ['support'],
    assertHoldsAllOf: async () => undefined,
  };
  const admin = AdminService.create({
    audit,
    transactions: throwaway.database,
    roles,
    accountDeletion: {
      getDeletedAccount: async ({ accountId: id }) => ({
        id,
        deletedAt: clock.now(),
        restorableUntil: clock.now(),
        isRestorable: false,
      }),
    },
    jobs: { dispatchByHand: async () => ({ jobId: '64b00000000000000000000b' }) },
  });
  return { throwaway, audit, admin };
}
