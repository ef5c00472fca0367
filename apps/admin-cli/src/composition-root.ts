import type { AccountIdParams, AccountService } from '@org/account';
import { toExportBody } from '@org/account/rest-api';
import { composeProgramBackend, type Config } from '@org/api';
import type { ThrottleService } from '@org/authentication';
import type { OperationContext } from '@org/core';
import type { Database } from '@org/core/store';

import type { CommandServices } from './command-services.ts';

export interface CompositionOptions {
  readonly config: Config;
  readonly database: Database;
  /** Decrypts what the services store encrypted. */
  readonly secretKey: Uint8Array;
}

export interface ComposedServices extends CommandServices {
  /** Creates collections and indexes, so that writes are validated. */
  initialize(): Promise<unknown>;
  /** Stores buffered data. */
  close(): Promise<void>;
}

/**
 * The program's modules, as operators use them. Messages, jobs and events are stored here, and the
 * program's workers do the rest.
 */
export function composeServices(options: CompositionOptions): ComposedServices {
  const backend = composeProgramBackend(options);
  const { audit, events, jobs, notification, throttle, authentication, accounts } = backend;
  return {
    audit,
    transactions: options.database,
    jobs,
    deliveries: notification,
    events: events.queue,
    webhooks: backend.webhooks,
    roles: backend.roles,
    signingKeys: authentication,
    sessions: authentication,
    support: accounts.support,
    transfer: accounts.transfer,
    storedSecrets: backend.storedSecrets,
    accounts: {
      findSubject: subjectFinder(accounts, throttle),
      exportData: (params, context) => exportData(accounts, params, context),
      deleteAccount: (params, context) => accounts.deletion.deleteAccount(params, context),
      getDeletedAccount: (params, context) => accounts.deletion.getDeletedAccount(params, context),
      restoreAccount: (params, context) => accounts.deletion.restoreAccount(params, context),
      eraseAccount: ({ accountId, deletedAt }, context) => {
        const payload = { accountId, deletedAt: deletedAt.toISOString() };
        return jobs.dispatchByHand({ name: 'account.erase', payload }, context);
      },
      completeIdentities: (context) => accounts.identities.complete(context),
    },
    initialize: () => backend.initialize(),
    close: () => audit.close(),
  };
}

function subjectFinder(
  accounts: AccountService,
  throttle: ThrottleService,
): CommandServices['accounts']['findSubject'] {
  return async (params, context) => {
    if ('username' in params) {
      const { username: name } = params;
      const subjectDigest = throttle.digestName({ name });
      const account = await accounts.support.findAccountByName(params, context);
      return { subjectDigest, accountId: account?.accountId };
    }
    const subjectDigest = throttle.digestPhoneNumber(params);
    const account = await accounts.support.findAccountByName(params, context);
    return { subjectDigest, accountId: account?.accountId };
  };
}

async function exportData(
  accounts: AccountService,
  params: AccountIdParams,
  context: OperationContext,
): Promise<object> {
  const exported = await accounts.exportAccount(params, context);
  try {
    return (await readLists(toExportBody(exported, accounts.fields))) as object;
  } finally {
    await exported.end();
  }
}

/** With every list that comes in pages as a list. */
async function readLists(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return value;
  }
  if (Symbol.asyncIterator in value) {
    const items: unknown[] = [];
    for await (const page of value as AsyncIterable<readonly unknown[]>) {
      items.push(...page);
    }
    return items;
  }
  if (Array.isArray(value)) {
    return value;
  }
  const read: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    read[key] = await readLists(part);
  }
  return read;
}
