import { AccountService, type AccountSettings } from '@org/account';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { NotificationService } from '@org/notification';
import { inject } from 'vitest';

/** Hashes that cost next to nothing, where the cost is not what a test is about. */
export const CHEAP_HASHING = { memoryKibibytes: 8, iterations: 1, maximumQueueLength: 1_000 };

export interface TestServices {
  readonly throwaway: ThrowawayDatabase;
  readonly accounts: AccountService;
  readonly clock: FakeClock;
  /** Names of the commands sent to MongoDB so far. */
  readonly commands: string[];
}

/** The account module and what it needs, on a database of its own. */
export async function createServices(settings: AccountSettings = {}): Promise<TestServices> {
  const clock = new FakeClock();
  const throwaway = await createThrowawayDatabase({
    uri: inject('mongodbUri'),
    clock,
    monitorCommands: true,
  });
  const { database } = throwaway;
  const audit = new RecordingAuditTrail();
  const notification = NotificationService.create({ database, audit });
  const accounts = AccountService.create({
    database,
    audit,
    notification,
    settings: { passwordHashing: CHEAP_HASHING, ...settings },
  });
  await Promise.all([notification.initialize(), accounts.initialize()]);
  const commands: string[] = [];
  database.client.on('commandStarted', ({ commandName }) => commands.push(commandName));
  return { throwaway, accounts, clock, commands };
}
