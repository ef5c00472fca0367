import { OperationContext } from '@org/core';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { TaskService, type TaskSettings } from '@org/task';
import { inject } from 'vitest';

export const owner = '64b000000000000000000001';
export const stranger = '64b000000000000000000002';

export interface TestServices {
  readonly throwaway: ThrowawayDatabase;
  readonly audit: RecordingAuditTrail;
  readonly clock: FakeClock;
  readonly tasks: TaskService;
}

/** The module and what it needs, on a database of its own. */
export async function createServices(settings: TaskSettings = {}): Promise<TestServices> {
  const clock = new FakeClock();
  const throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  const audit = new RecordingAuditTrail();
  const tasks = TaskService.create({ database: throwaway.database, audit, settings });
  await tasks.initialize();
  return { throwaway, audit, clock, tasks };
}

/** A context in which the account acts. */
export function contextOf(accountId: string): OperationContext {
  return OperationContext.create({
    actor: { type: 'account', id: accountId },
    requestId: 'request-1',
  });
}
