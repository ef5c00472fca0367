import { Readable } from 'node:stream';

import { AuditService } from '@org/audit';
import { noTracing, type TransactionRunner } from '@org/core';
import { createThrowawayDatabase, FakeClock, type ThrowawayDatabase } from '@org/core/testing';
import { afterAll, beforeEach, expect, inject, vi } from 'vitest';

import type { CommandServices } from '../src/command-services.ts';
import { runProgram } from '../src/program.ts';

export const REASON = 'ticket 4711';
const READS =
  'audit query|jobs list|notifications (failing|dead)|events (waiting|unheard|dead)|webhooks (list|deliveries)|keys status|accounts (search|show|contact-requests)|roles (list|permissions|grants)';
const CHANGES = new RegExp(`^(?!(${READS})$)[a-z]+ [a-z-]+$`);

/** The context of commands without `--as`. */
export const asOperator = expect.objectContaining({ actor: { type: 'worker', id: 'org-admin' } });

/** What a command answered. */
export interface Answer {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** The real audit service on a database of its own, hand-made others, and the commands on both. */
export class OperatorDesk {
  readonly clock: FakeClock;
  readonly audit: AuditService;
  readonly jobs = {
    listJobs: vi.fn(),
    listDeadJobs: vi.fn(),
    dispatchByHand: vi.fn(),
    replayDeadJob: vi.fn(),
  };
  readonly deliveries = {
    listFailingDeliveries: vi.fn(),
    listDeadDeliveries: vi.fn(),
    replayDeadDelivery: vi.fn(),
  };
  readonly events = {
    listWaitingRows: vi.fn(),
    listUnhandledRows: vi.fn(),
    listDeadRows: vi.fn(),
    replayDeadRow: vi.fn(),
  };
  readonly webhooks = {
    createEndpoint: vi.fn(),
    listEndpoints: vi.fn(),
    updateEndpoint: vi.fn(),
    enableEndpoint: vi.fn(),
    disableEndpoint: vi.fn(),
    deleteEndpoint: vi.fn(),
    rotateSecret: vi.fn(),
    sendTestEvent: vi.fn(),
    listDeliveries: vi.fn(),
    replayDelivery: vi.fn(),
  };
  readonly roles = {
    permissions: ['accounts.read', 'roles.manage'],
    listRoles: vi.fn<CommandServices['roles']['listRoles']>(),
    findRolesByAccountId: vi.fn<CommandServices['roles']['findRolesByAccountId']>(),
    createRole: vi.fn<CommandServices['roles']['createRole']>(),
    updateRole: vi.fn<CommandServices['roles']['updateRole']>(),
    removeRole: vi.fn<CommandServices['roles']['removeRole']>(),
    grantRole: vi.fn<CommandServices['roles']['grantRole']>(),
    revokeRole: vi.fn<CommandServices['roles']['revokeRole']>(),
    listGrants: vi.fn<CommandServices['roles']['listGrants']>(),
  };
  readonly signingKeys = {
    rotateSigningKeys: vi.fn<CommandServices['signingKeys']['rotateSigningKeys']>(),
  };
  readonly tracing = noTracing;
  readonly sessions = { endAllSessions: vi.fn() };
  readonly accounts = {
    findSubject: vi.fn<CommandServices['accounts']['findSubject']>(),
    deleteAccount: vi.fn(),
    getDeletedAccount: vi.fn(),
    restoreAccount: vi.fn(),
    eraseAccount: vi.fn<CommandServices['accounts']['eraseAccount']>(),
    completeIdentities: vi.fn(),
    exportData: vi.fn(),
  };
  readonly support = {
    approveContactChange: vi.fn(),
    disableAccount: vi.fn(),
    enableAccount: vi.fn(),
    endSessions: vi.fn(),
    getAccountWhole: vi.fn(),
    listContactRequests: vi.fn(),
    rejectContactChange: vi.fn(),
    requestContactChange: vi.fn(),
    resendCode: vi.fn(),
    searchAccounts: vi.fn(),
    sendPasswordReset: vi.fn(),
    unlock: vi.fn(),
  };
  readonly transfer = {
    importAccounts: vi.fn<CommandServices['transfer']['importAccounts']>(),
    exportAccounts: vi.fn<CommandServices['transfer']['exportAccounts']>(),
  };
  readonly storedSecrets = [];
  readonly transactions: TransactionRunner;
  /** What the operator says when asked; undefined: nobody is there. */
  answer: 'yes' | 'no' | undefined;
  isTerminal = false;
  /** Of the terminal that shows the output; undefined: none does. */
  width: number | undefined;
  /** What is piped in. */
  input = '';
  /** Of a command by a signal. */
  interruption = new AbortController();
  readonly close = vi.fn(async () => undefined);
  readonly #throwaway: ThrowawayDatabase;

  private constructor(throwaway: ThrowawayDatabase, clock: FakeClock) {
    this.#throwaway = throwaway;
    this.transactions = throwaway.database;
    this.clock = clock;
    this.audit = AuditService.create({ database: throwaway.database });
  }

  static async open(): Promise<OperatorDesk> {
    const clock = new FakeClock();
    const throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
    const desk = new OperatorDesk(throwaway, clock);
    await desk.audit.initialize();
    return desk;
  }

  async remove(): Promise<void> {
    await this.#throwaway.remove();
  }

  /** Forgets what was recorded and called. */
  async clear(): Promise<void> {
    vi.resetAllMocks();
    this.answer = undefined;
    this.isTerminal = false;
    this.width = undefined;
    this.interruption = new AbortController();
    this.accounts.restoreAccount.mockResolvedValue({ state: 'active', leftOut: [] });
    this.roles.findRolesByAccountId.mockResolvedValue([]);
    this.accounts.getDeletedAccount.mockResolvedValue({
      deletedAt: new Date(0),
      restorableUntil: new Date(0),
      isRestorable: false,
    });
    await this.records().deleteMany({});
  }

  recorded() {
    return this.records().find().toArray();
  }

  records() {
    return this.#throwaway.database.collection('audit_log');
  }

  /** Runs a command, for a reason if it changes something. */
  async run(...words: string[]): Promise<Answer> {
    const [group, name] = words.filter((word, index) => !/^--as/.test(words[index - 1] ?? word));
    const isChange =
      CHANGES.test(`${group} ${name}`) && !words.some((word) => /^--(help|reason)$/.test(word));
    return this.runAsGiven(...words, ...(isChange ? ['--reason', REASON] : []));
  }

  /** Runs a command with no more than these words. */
  async runAsGiven(...words: string[]): Promise<Answer> {
    let output = '';
    let errors = '';
    const exitCode = await runProgram(words, {
      open: async () => this,
      input: Readable.from([Buffer.from(this.input)]),
      catchInterruption: () => this.interruption.signal,
      confirm: this.answer === undefined ? undefined : async () => this.answer === 'yes',
      output: {
        write: (text) => void (output += text),
        writeError: (text) => void (errors += text),
        drain: async () => undefined,
        isTerminal: this.isTerminal,
        width: this.width,
      },
    });
    return { exitCode, output, errors };
  }

  /** Runs a command and reads its JSON. */
  async runForJson(...words: string[]) {
    const { output } = await this.run(...words, '--json');
    return JSON.parse(output);
  }
}

/** A desk for the tests of a file; it forgets before each of them. */
export async function openDesk(): Promise<OperatorDesk> {
  const desk = await OperatorDesk.open();
  beforeEach(() => desk.clear());
  afterAll(() => desk.remove());
  return desk;
}
