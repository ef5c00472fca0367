import type { Erasure, OperationContext, PhoneNumber } from '@org/core';

import type { CompleteDependencies } from '../account-dependencies.ts';
import { ContactChangeRepository } from '../store/contact-change-repository.ts';
import { ContactRequestRepository } from '../store/contact-request-repository.ts';
import type { AccountTraces } from './account-traces.ts';

/**
 * Erases an account's data in all modules, and the digests of its names in audit records from the
 * time when it had them.
 *
 * @param traces with the phone number and e-mail address whose codes are also erased
 */
export async function eraseTraces(
  traces: AccountTraces & {
    readonly phoneNumber?: PhoneNumber | null;
    readonly emailAddress?: string | null;
  },
  dependencies: CompleteDependencies,
  erasure: Erasure,
  context: OperationContext,
): Promise<void> {
  const { audit, authentication, notification, personalDataProviders } = dependencies;
  const { accountId, phoneNumber, emailAddress, subjectDigests } = traces;
  const from = new Date(traces.namesOwnedFrom);
  const to = new Date(traces.namesOwnedUntil);
  for (const subjectDigest of subjectDigests) {
    await audit.forgetSubject({ subjectDigest, from, to }, context);
  }
  erasure.signal.throwIfAborted();
  await authentication.deleteAuthenticationDataByAccountId(
    {
      accountId,
      phoneNumber,
      emailAddress,
      phoneNumberOwnedUntil: to,
      emailAddressOwnedUntil: to,
    },
    erasure,
    context,
  );
  await eraseContactChanges(traces, dependencies, erasure, context);
  erasure.signal.throwIfAborted();
  await notification.deleteNotificationDataByAccountId({ accountId }, erasure, context);
  for (const provider of personalDataProviders) {
    erasure.signal.throwIfAborted();
    await provider.deleteDataByAccountId({ accountId }, erasure, context);
  }
  erasure.signal.throwIfAborted();
}

/** And before, because they alone lead to them, the codes of the contacts that were proved. */
async function eraseContactChanges(
  { accountId, namesOwnedUntil }: AccountTraces,
  dependencies: CompleteDependencies,
  erasure: Erasure,
  context: OperationContext,
): Promise<void> {
  const { emailCodes, otps } = dependencies.authentication;
  const until = new Date(namesOwnedUntil);
  const changes = new ContactChangeRepository(dependencies);
  for await (const { email, phone_number: number } of changes.findProved(accountId, context)) {
    if (email !== null) {
      const owned = { emailAddress: email, emailAddressOwnedUntil: until };
      await emailCodes.deleteEmailCodes(owned, erasure, context);
    }
    if (number !== null) {
      const { country_code: countryCode, phone_number: phoneNumber } = number;
      const owned = { phoneNumber: { countryCode, phoneNumber }, phoneNumberOwnedUntil: until };
      await otps.deleteOtps(owned, erasure, context);
    }
  }
  await changes.eraseOwned(accountId, erasure, context);
  await new ContactRequestRepository(dependencies).eraseOwned(accountId, erasure, context);
}

/** Call it after erasing the data: the account's actions lead to the records to erase. */
export async function pseudonymizeActor(
  { accountId: actorId, pseudonym }: AccountTraces,
  { audit }: CompleteDependencies,
  { signal }: Erasure,
  context: OperationContext,
): Promise<void> {
  await audit.pseudonymizeActor({ actorId, pseudonym, signal }, context);
  signal.throwIfAborted();
}
