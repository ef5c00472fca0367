import type { Clock, OperationContext } from '@org/core';
import {
  ApplicationRepository,
  DuplicateKeyError,
  parseObjectId,
  type RepositoryDependencies,
  type StoredDocument,
} from '@org/core/store';

/** Who is reading an account's export; its `_id` is the account's. */
export interface AccountExportLeaseDocument extends StoredDocument {
  readonly lease_id: string;
  /** When it ends by itself, if its process was killed. */
  readonly leased_until: Date;
}

/** Held by whoever knows its id. */
export interface ExportLease {
  readonly leaseId: string;
  readonly milliseconds: number;
}

/** Lets one export of an account be read at a time, across all processes. */
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
      // Only cleans up; whether a lease has ended is checked in the query.
      indexes: [{ keys: { leased_until: 1 }, options: { expireAfterSeconds: 0 } }],
    });
    this.#clock = clock;
  }

  /** @returns until when somebody else has it; `undefined` if it was free and is taken now */
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
