import type { AuthenticationService } from '@org/authentication';
import type { OperationContext } from '@org/core';

import type { AccountDataHolder } from '../account-data-holder.ts';
import type { AccountNotifier } from '../account-notifier.ts';
import { AccountWithIdNotFoundError } from '../errors.ts';
import type { PersonalAuditTrail } from '../personal-audit-trail.ts';
import type { AccountExport, AccountIdParams } from '../types.ts';
import { AccountUtil } from './account-util.ts';
import type { AccountRepository } from './store/account-repository.ts';

export interface AccountExportReaderDependencies {
  readonly repository: AccountRepository;
  readonly audit: PersonalAuditTrail;
  readonly authentication: AuthenticationService;
  readonly notification: AccountNotifier;
  readonly dataHolders: readonly AccountDataHolder[];
}

/** Collects what all modules keep of an account. */
export class AccountExportReader {
  readonly #dependencies: AccountExportReaderDependencies;

  constructor(dependencies: AccountExportReaderDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws AccountWithIdNotFoundError when there is no active account of this id */
  async exportAccount(
    { accountId }: AccountIdParams,
    context: OperationContext,
  ): Promise<AccountExport> {
    const { repository, audit, authentication, notification, dataHolders } = this.#dependencies;
    const document = await repository.findActiveById(accountId, context);
    if (document === undefined) {
      throw new AccountWithIdNotFoundError(accountId);
    }
    const { phoneNumber } = AccountUtil.convertAccountBsonToOwner(document);
    const others: Record<string, unknown> = {};
    for (const holder of dataHolders) {
      others[holder.name] = await holder.exportDataByAccountId({ accountId }, context);
    }
    return {
      account: AccountUtil.convertAccountBsonToAccount(document),
      notification: await notification.exportNotificationDataByAccountId({ accountId }, context),
      authentication: await authentication.exportAuthenticationDataByAccountId(
        { accountId, phoneNumber },
        context,
      ),
      auditRecords: await audit.exportRecordsByActor({ actorId: accountId }, context),
      others,
    };
  }
}
