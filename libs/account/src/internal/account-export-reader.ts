import { randomUUID } from 'node:crypto';

import type { AuthenticationService } from '@org/authentication';
import { TooManyRequestsError, type Clock, type OperationContext } from '@org/core';

import type { AccountDataHolder } from '../account-data-holder.ts';
import type { AccountNotifier } from '../account-notifier.ts';
import { AccountWithIdNotFoundError } from '../errors.ts';
import type { PersonalAuditTrail } from '../personal-audit-trail.ts';
import type { AccountExport, AccountIdParams } from '../types.ts';
import { AccountUtil } from './account-util.ts';
import type { AccountExportLeaseRepository } from './store/account-export-lease-repository.ts';
import type { AccountRepository } from './store/account-repository.ts';

/** How long an export that its process left behind keeps others waiting. */
const LEASE_MILLISECONDS = 30_000;
const RENEWALS_PER_LEASE = 3;

export interface AccountExportReaderDependencies {
  readonly clock: Clock;
  readonly repository: AccountRepository;
  readonly exportLeases: AccountExportLeaseRepository;
  readonly audit: PersonalAuditTrail;
  readonly authentication: AuthenticationService;
  readonly notification: AccountNotifier;
  readonly dataHolders: readonly AccountDataHolder[];
}

/** Finds what all modules keep of an account. */
export class AccountExportReader {
  readonly #dependencies: AccountExportReaderDependencies;

  constructor(dependencies: AccountExportReaderDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * @throws TooManyRequestsError while another export of the account is being read
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async exportAccount(
    { accountId }: AccountIdParams,
    context: OperationContext,
  ): Promise<AccountExport> {
    const end = await this.#takeLease(accountId, context);
    try {
      return { ...(await this.#collect(accountId, context)), end };
    } catch (error) {
      await end();
      throw error;
    }
  }

  async #collect(
    accountId: string,
    context: OperationContext,
  ): Promise<Omit<AccountExport, 'end'>> {
    const { repository, audit, authentication, notification, dataHolders } = this.#dependencies;
    const document = await repository.findActiveById(accountId, context);
    if (document === undefined) {
      throw new AccountWithIdNotFoundError(accountId);
    }
    const { phoneNumber } = AccountUtil.convertAccountBsonToOwner(document);
    return {
      account: AccountUtil.convertAccountBsonToAccount(document),
      notification: await notification.exportNotificationDataByAccountId({ accountId }, context),
      authentication: authentication.exportAuthenticationDataByAccountId(
        { accountId, phoneNumber },
        context,
      ),
      auditRecords: audit.exportRecordsByActor({ actorId: accountId }, context),
      others: Object.fromEntries(
        dataHolders.map((holder) => [
          holder.name,
          holder.exportDataByAccountId({ accountId }, context),
        ]),
      ),
    };
  }

  /** @returns what gives it back */
  async #takeLease(accountId: string, context: OperationContext): Promise<() => Promise<void>> {
    const { clock, exportLeases } = this.#dependencies;
    const leaseId = randomUUID();
    const lease = { leaseId, milliseconds: LEASE_MILLISECONDS };
    const takenUntil = await exportLeases.take(accountId, lease, context);
    if (takenUntil !== undefined) {
      const retryAfterSeconds = (takenUntil.getTime() - clock.now().getTime()) / 1_000;
      throw new TooManyRequestsError({ retryAfterSeconds });
    }
    const renewal = setInterval(() => {
      // One that fails is made up for by the next.
      exportLeases.renew(accountId, lease, context).catch(() => undefined);
    }, LEASE_MILLISECONDS / RENEWALS_PER_LEASE).unref();
    return async () => {
      clearInterval(renewal);
      await exportLeases.release(accountId, lease, context);
    };
  }
}
