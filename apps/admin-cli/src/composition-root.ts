import { AccountNotFoundError, AccountService } from '@org/account';
import { AuditService } from '@org/audit';
import { AuthenticationService, ThrottleService } from '@org/authentication';
import type { SecretKey } from '@org/core';
import type { Database } from '@org/core/store';
import { Events } from '@org/events';
import { JobService } from '@org/jobs';
import { NotificationService } from '@org/notification';

import type { CommandServices } from './command-services.ts';

export interface CompositionOptions {
  readonly database: Database;
  /** Decrypts what the services store encrypted. */
  readonly secretKey: SecretKey;
  /** How long a deleted account can be restored, in milliseconds. */
  readonly accountRestoreTimeToLiveMilliseconds: number;
}

export interface ComposedServices extends CommandServices {
  /** Creates collections and indexes, so that writes are validated. */
  initialize(): Promise<void>;
  /** Stores buffered data. */
  close(): Promise<void>;
}

/**
 * Builds the services that operators use, leaves first. Messages are queued here and sent by the
 * program's workers. The workers also erase accounts, since they know every module that stores
 * account data.
 */
export function composeServices(options: CompositionOptions): ComposedServices {
  const { database, secretKey, accountRestoreTimeToLiveMilliseconds } = options;
  const audit = AuditService.create({ database });
  const events = Events.create({ database, audit });
  const jobs = JobService.create({ database, audit });
  const notification = NotificationService.create({ database, audit, secretKey });
  const throttle = ThrottleService.create({ database, audit, secretKey });
  const shared = { database, audit, notification, throttle };
  const authentication = AuthenticationService.create({ ...shared, secretKey });
  const accounts = AccountService.create({
    ...shared,
    jobs,
    authentication,
    settings: { restoreTimeToLiveMilliseconds: accountRestoreTimeToLiveMilliseconds },
  });
  jobs.registerBuiltInJobs({ audit });
  authentication.registerJobs(jobs);
  accounts.registerJobs(jobs);
  const modules = [audit, events, jobs, notification, throttle, authentication, accounts];
  return {
    audit,
    transactions: database,
    jobs,
    deliveries: notification,
    events: events.queue,
    signingKeys: authentication,
    storedSecrets: [...authentication.storedSecrets, ...notification.storedSecrets],
    accounts: {
      findSubject: subjectFinder(accounts, throttle),
      getDeletedAccount: (params, context) => accounts.deletion.getDeletedAccount(params, context),
      restoreAccount: (params, context) => accounts.deletion.restoreAccount(params, context),
      eraseAccount: ({ accountId, deletedAt }, context) => {
        const payload = { accountId, deletedAt: deletedAt.toISOString() };
        return jobs.dispatchByHand({ name: 'account.erase', payload }, context);
      },
    },
    initialize: async () => {
      await Promise.all(modules.map((module) => module.initialize()));
    },
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
      const account = await accounts
        .getAccountByUsername(params, context)
        .catch(undefinedIfUnknown);
      return { subjectDigest, accountId: account?.id };
    }
    const subjectDigest = throttle.digestPhoneNumber(params);
    const account = await accounts.findAccountByPhoneNumber(params, context);
    return { subjectDigest, accountId: account?.id };
  };
}

function undefinedIfUnknown(error: unknown): undefined {
  if (!(error instanceof AccountNotFoundError)) {
    throw error;
  }
}
