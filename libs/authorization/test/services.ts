import { AccountWithIdNotFoundError, type AccountLookup } from '@org/account';
import { RoleService } from '@org/authorization';
import { OperationContext } from '@org/core';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { inject, onTestFinished } from 'vitest';

export const ada = '64b00000000000000000000a';
export const bob = '64b00000000000000000000b';
export const eve = '64b00000000000000000000e';
export const nobody = '64b0000000000000000000ff';

export const PERMISSIONS = [
  'accounts.erase',
  'accounts.read',
  'invoices.read',
  'roles.manage',
  'roles.read',
];

/** An operator with the program's environment. */
export const operator = OperationContext.create({
  actor: { type: 'worker', id: 'org-admin' },
  requestId: 'request-0',
});

/** A context in which the account acts. */
export function by(accountId: string): OperationContext {
  return OperationContext.create({
    actor: { type: 'account', id: accountId },
    requestId: 'request-1',
    sourceAddress: '192.0.2.1',
  });
}

/** A database with roles, and any number of processes at it. */
export class RoleTestBed {
  readonly clock: FakeClock;
  readonly audit = new RecordingAuditTrail();
  /** What was sent to MongoDB so far. */
  readonly commands: { readonly name: string; readonly collection: unknown }[] = [];
  readonly roles: RoleService;
  readonly #throwaway: ThrowawayDatabase;

  private constructor(throwaway: ThrowawayDatabase, clock: FakeClock) {
    this.#throwaway = throwaway;
    this.clock = clock;
    throwaway.database.client.on('commandStarted', ({ commandName, command }) => {
      this.commands.push({ name: commandName, collection: command[commandName] });
    });
    this.roles = this.createProcess();
  }

  static async create(): Promise<RoleTestBed> {
    const clock = new FakeClock();
    const throwaway = await createThrowawayDatabase({
      uri: inject('mongodbUri'),
      clock,
      monitorCommands: true,
    });
    onTestFinished(() => throwaway.remove());
    const bed = new RoleTestBed(throwaway, clock);
    await bed.roles.initialize();
    return bed;
  }

  get #ended() {
    return this.database.collection('ended_accounts');
  }

  /** Ends an account as AccountService does: deletes or disables it. */
  async end(accountId: string, context: OperationContext = operator): Promise<void> {
    await this.database.runIn(context, (session) => this.#ended.insertOne({ accountId }, session));
  }

  get database() {
    return this.#throwaway.database;
  }

  get databaseName(): string {
    return this.#throwaway.databaseName;
  }

  /** As another process would have it. */
  createProcess(permissions: readonly string[] = PERMISSIONS): RoleService {
    const { database, audit, clock } = this;
    const accounts: Pick<AccountLookup, 'getAccountById'> = {
      getAccountById: async ({ id }, context) => {
        const ended = await database.runIn(context, (session) =>
          this.#ended.findOne({ accountId: id }, session),
        );
        if (ended !== null || ![ada, bob, eve].includes(id)) {
          throw new AccountWithIdNotFoundError(id);
        }
        return { id } as Awaited<ReturnType<AccountLookup['getAccountById']>>;
      },
    };
    return RoleService.create({ database, audit, clock, accounts, permissions });
  }

  /** What the account may do, whatever is known of it. */
  async permissionsOf(accountId: string): Promise<readonly string[]> {
    return this.createProcess().findPermissionsByAccountId({ accountId }, operator);
  }

  async grant(accountId: string, ...roles: readonly string[]): Promise<void> {
    for (const role of roles) {
      await this.roles.grantRole({ accountId, role }, operator);
    }
  }

  /** Stores a role and gives it to the account. */
  async allow(accountId: string, name: string, ...permissions: readonly string[]): Promise<void> {
    await this.roles.createRole({ name, permissions }, operator);
    await this.grant(accountId, name);
  }

  get denials() {
    return this.audit.events.filter(({ outcome }) => outcome === 'denied');
  }
}
