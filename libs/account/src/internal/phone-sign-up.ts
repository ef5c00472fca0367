import type { OperationContext, PhoneNumber } from '@org/core';

import { AccountWithPhoneNumberExistsError } from '../errors.ts';
import { accountCreated } from '../events.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import type { AccountReader } from './account-reader.ts';
import { languageOf } from './account-util.ts';
import type { AccountWriter } from './account-writer.ts';

export interface SignUpParts extends CompleteDependencies {
  readonly reader: AccountReader;
  readonly writer: AccountWriter;
}

/**
 * Stores the account, its preferences, its one-time password and the message, all or nothing.
 *
 * @returns the account's id, or that of a faster concurrent request
 */
export async function signUpByPhoneNumber(
  phoneNumber: PhoneNumber,
  { authentication, database, events, fields, notification, reader, writer }: SignUpParts,
  context: OperationContext,
): Promise<string> {
  try {
    return await database.withTransaction(context, async (transaction) => {
      const declared = fields.toStoredAnew();
      const created = await writer.createAccountByPhoneNumber(phoneNumber, declared, transaction);
      const { id: accountId, document } = created;
      await notification.createOrUpdateAccountNotificationPreferences({ accountId }, transaction);
      const language = languageOf(document, fields);
      const request = { phoneNumber, accountId, ...language };
      await authentication.otps.requestOtp(request, transaction);
      await events.publish(accountCreated, { accountId }, transaction);
      return accountId;
    });
  } catch (error) {
    if (!(error instanceof AccountWithPhoneNumberExistsError)) {
      throw error;
    }
    // The faster request's one-time password is already on its way.
    const faster = await reader.findExistingByPhoneNumber(phoneNumber, context);
    if (faster !== undefined) {
      return faster.id;
    }
    // An account that had the number until lately keeps it. Without proof of the number, nobody
    // learns that: the answer is that for a known number, but the code logs in to nothing.
    const accountId = await writer.contacts.findNumberReserver(phoneNumber, context);
    if (accountId === undefined) {
      throw error;
    }
    await authentication.otps.requestOtp({ phoneNumber, accountId }, context);
    return accountId;
  }
}
