import type { Clock, OperationContext } from '@org/core';
import {
  ApplicationRepository,
  DuplicateKeyError,
  parseObjectId,
  type RepositoryDependencies,
  type StoredDocument,
} from '@org/core/store';

/** A lease on reading an account's export; its `_id` is the account's. */
export interface AccountExportLeaseDocument extends StoredDocument {
  readonly lease_id: string;
  /** When it expires, in case its process was killed. */
  readonly leased_until: Date;
}

/** Held by anyone who knows its id. */
export interface ExportLease {
  readonly leaseId: string;
  readonly milliseconds: number;
}

/** Allows only one export per account at a time, across all processes. */
export class AccountExportLeaseRepository extends ApplicationRepository<AccountExportLeaseDocument> {
  readonly #clock: Clock;

  constructor({ clock, ...dependencies }: RepositoryDependencies & { readonly clock: Clock }) {
    super(dependencies, {
      name: 'account_export_leases',
      schema: {
        bsonType: 'object',
        required: ['lease_id', 'leased_until'],
        properties: { lease_id: { bsonType: 'string' }, leased_until: { bsonType: 'date' } },
      },
      unaudited: 'everything',
      // For cleanup only; the query checks whether a lease has ended.
      indexes: [{ keys: { leased_until: 1 }, options: { expireAfterSeconds: 0 } }],
    });
    this.#clock = clock;
  }

  /** @returns until when someone else holds it; `undefined` if it was free and has been taken */
  async take(
    accountId: string,
    { leaseId, milliseconds }: ExportLease,
    context: OperationContext,
  ): Promise<Date | undefined> {
    const _id = parseObjectId(accountId);
    if (_id === undefined) {
      return undefined;
    }
    const now = this.#clock.now();
    const leased = { lease_id: leaseId, leased_until: new Date(now.getTime() + milliseconds) };
    const taken = await this.findOneAndUpdate(
      { _id, leased_until: { $lte: now } },
      { $set: leased },
      context,
    );
    if (taken !== undefined) {
      return undefined;
    }
    try {
      await this.insertOne({ _id, ...leased }, context);
      return undefined;
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) {
        throw error;
      }
      return (await this.findOne({ _id }, context))?.leased_until ?? now;
    }
  }

  async renew(
    accountId: string,
    { leaseId, milliseconds }: ExportLease,
    context: OperationContext,
  ): Promise<void> {
    const leased_until = new Date(this.#clock.now().getTime() + milliseconds);
    const _id = parseObjectId(accountId);
    if (_id !== undefined) {
      await this.findOneAndUpdate({ _id, lease_id: leaseId }, { $set: { leased_until } }, context);
    }
  }

  async release(
    accountId: string,
    { leaseId }: ExportLease,
    context: OperationContext,
  ): Promise<void> {
    const _id = parseObjectId(accountId);
    if (_id !== undefined) {
      await this.deleteOne({ _id, lease_id: leaseId }, context);
    }
  }
}
