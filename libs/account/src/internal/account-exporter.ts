import { randomUUID } from 'node:crypto';

import { TooManyRequestsError, type OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';

import type { AccountExport, AccountIdParams } from '../types.ts';
import type { AccountReader } from './account-reader.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import { normalPhoneNumberOf, toAccount } from './account-util.ts';
import type { ContactChanges } from './contact/contact-changes.ts';
import { readIdentities } from './identity/exported-identities.ts';
import { ContactRequestRepository } from './store/contact-request-repository.ts';
import { AccountExportLeaseRepository } from './store/account-export-lease-repository.ts';

/** How long others must wait for an export whose process was killed. */
const LEASE_MILLISECONDS = 30_000;
const RENEWALS_PER_LEASE = 3;

/** Collects an account's data from all modules. */
export class AccountExporter {
  readonly #dependencies: CompleteDependencies;
  readonly #reader: AccountReader;
  readonly #changes: ContactChanges;
  readonly #requests: ContactRequestRepository;
  readonly #leases: AccountExportLeaseRepository;

  constructor(dependencies: CompleteDependencies, reader: AccountReader, changes: ContactChanges) {
    this.#changes = changes;
    this.#dependencies = dependencies;
    this.#reader = reader;
    this.#requests = new ContactRequestRepository(dependencies);
    this.#leases = new AccountExportLeaseRepository(dependencies);
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#leases.onInitCollection()];
  }

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
    const { audit, authentication, fields, notification, personalDataProviders } =
      this.#dependencies;
    const account = await this.#reader.getExistingById(accountId, context);
    const phoneNumber = normalPhoneNumberOf(account);
    return {
      account: toAccount(account, fields),
      identities: await readIdentities(accountId, this.#dependencies, context),
      notification: await notification.exportNotificationDataByAccountId({ accountId }, context),
      authentication: authentication.exportAuthenticationDataByAccountId(
        { accountId, phoneNumber, emailAddress: account.email },
        context,
      ),
      auditRecords: audit.exportRecordsByActor({ actorId: accountId }, context),
      others: {
        ...Object.fromEntries(
          personalDataProviders.flatMap((provider) => {
            const data = provider.exportDataByAccountId?.({ accountId }, context);
            return data === undefined ? [] : [[provider.name, data] as const];
          }),
        ),
        contact_changes: this.#changes.export(accountId, context),
        contact_requests: this.#requests.export(accountId, context),
      },
    };
  }

  /** @returns a function that releases the lease */
  async #takeLease(accountId: string, context: OperationContext): Promise<() => Promise<void>> {
    const leaseId = randomUUID();
    const lease = { leaseId, milliseconds: LEASE_MILLISECONDS };
    const takenUntil = await this.#leases.take(accountId, lease, context);
    if (takenUntil !== undefined) {
      const retryAfterSeconds =
        (takenUntil.getTime() - this.#dependencies.clock.now().getTime()) / 1_000;
      throw new TooManyRequestsError({ retryAfterSeconds });
    }
    const renewal = setInterval(() => {
      // If one renewal fails, the next makes up for it.
      this.#leases.renew(accountId, lease, context).catch(() => undefined);
    }, LEASE_MILLISECONDS / RENEWALS_PER_LEASE).unref();
    return async () => {
      clearInterval(renewal);
      await this.#leases.release(accountId, lease, context);
    };
  }
}
