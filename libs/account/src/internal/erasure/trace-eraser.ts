import type { Erasure, OperationContext, PhoneNumber } from '@org/core';

import type { CompleteDependencies } from '../account-dependencies.ts';
import type { AccountTraces } from './account-traces.ts';

/** Erases an account's traces in all modules and in the audit trail. */
export class TraceEraser {
  readonly #dependencies: CompleteDependencies;

  constructor(dependencies: CompleteDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Erases the data in all modules, and the digests of the account's names in audit records from
   * the time when it had them.
   *
   * @param traces with the phone number whose codes are also erased
   */
  async eraseData(
    traces: AccountTraces & { readonly phoneNumber?: PhoneNumber | null },
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { authentication, notification, personalDataProviders } = this.#dependencies;
    const { accountId, phoneNumber, namesOwnedUntil } = traces;
    await this.#forgetNames(traces, context);
    erasure.signal.throwIfAborted();
    await authentication.deleteAuthenticationDataByAccountId(
      { accountId, phoneNumber, phoneNumberOwnedUntil: new Date(namesOwnedUntil) },
      erasure,
      context,
    );
    erasure.signal.throwIfAborted();
    await notification.deleteNotificationDataByAccountId({ accountId }, erasure, context);
    for (const provider of personalDataProviders) {
      erasure.signal.throwIfAborted();
      await provider.deleteDataByAccountId({ accountId }, erasure, context);
    }
    erasure.signal.throwIfAborted();
  }

  /** Call it after erasing the data: the account's actions lead to the records to erase. */
  async forgetActor(
    { accountId: actorId, pseudonym }: AccountTraces,
    { signal }: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#dependencies.audit.pseudonymizeActor({ actorId, pseudonym, signal }, context);
    signal.throwIfAborted();
  }

  async #forgetNames(
    { subjectDigests, namesOwnedFrom, namesOwnedUntil }: AccountTraces,
    context: OperationContext,
  ): Promise<void> {
    const time = { from: new Date(namesOwnedFrom), to: new Date(namesOwnedUntil) };
    for (const subjectDigest of subjectDigests) {
      await this.#dependencies.audit.forgetSubject({ subjectDigest, ...time }, context);
    }
  }
}
