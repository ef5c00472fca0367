import { isEmailAddress, type OperationContext } from '@org/core';

import type { AccountMessage, AccountNotifier } from '../account-notifier.ts';
import type { AccountOwner } from './account-util.ts';

/** What owners are told of their accounts, on every channel that is known to reach them. */
export type SecurityNotice = AccountMessage<
  'password-changed' | 'refresh-token-reused' | 'account-deleted'
>;

/** Tells owners what happens to their accounts. */
export class AccountNotices {
  readonly #notifier: AccountNotifier;

  constructor(notifier: AccountNotifier) {
    this.#notifier = notifier;
  }

  /** Queues a notice, in the transaction of the context. */
  async send(
    owner: AccountOwner,
    notice: SecurityNotice,
    context: OperationContext,
  ): Promise<void> {
    const { accountId, username: emailAddress, phoneNumber, isPhoneNumberProved } = owner;
    if (isEmailAddress(emailAddress)) {
      await this.#notifier.sendEmailForAccount({ ...notice, accountId, emailAddress }, context);
    }
    if (phoneNumber !== undefined && isPhoneNumberProved) {
      await this.#notifier.sendSmsForAccount({ ...notice, accountId, phoneNumber }, context);
    }
    // A deleted account has no browser left that would show it.
    if (notice.topic !== 'account-deleted') {
      await this.#notifier.sendPushForAccount({ ...notice, accountId }, context);
    }
  }
}
