import type { Clock } from '../clock.ts';
import type { OperationContext } from '../operation-context.ts';
import type { ApplicationRepository } from './application-repository.ts';
import type { StoredDocument } from './base-model.ts';

const MAXIMUM_AGE_MILLISECONDS = 60_000;
/** If there is no room, others may make some: count again sooner. */
const MAXIMUM_AGE_WITHOUT_ROOM_MILLISECONDS = 5_000;
/** Small enough for a short transaction, which also holds their records. */
const REMOVED_AT_ONCE = 200;
const MAXIMUM_OWNERS = 10_000;

interface Count {
  readonly countedAt: number;
  readonly documents: number;
}

/** An ApplicationRepository of documents that belong to accounts. */
type OwnedDocuments = Pick<ApplicationRepository<OwnedDocument>, 'count' | 'find' | 'deleteMany'>;

interface OwnedDocument extends StoredDocument {
  readonly account_id: string;
  readonly active: boolean;
}

export interface DocumentQuotaOptions {
  readonly clock: Clock;
  /**
   * For documents that are deleted by `active: false`, with a partial index on `account_id` for
   * both.
   */
  readonly repository: OwnedDocuments;
  /** Documents per account, and as many deleted ones. */
  readonly maximum: number;
  /** Creates the error for an account that has reached the maximum. */
  readonly refuse: (maximum: number) => Error;
}

/**
 * Limits how many documents of a kind an account may have. Approximate: an account is counted once
 * a minute, and between two counts only what this process stores and deletes is known. Near the
 * limit, whatever other processes store in that minute may be let through, and after a deletion
 * elsewhere it takes a few seconds until there is room. Deleted documents beyond the maximum are
 * removed with the next count, oldest first, so that storing and deleting in turn cannot fill the
 * database.
 */
export class DocumentQuota {
  readonly #options: DocumentQuotaOptions;
  readonly #counts = new Map<string, Count>();
  readonly #counting = new Map<string, Promise<Count>>();

  constructor(options: DocumentQuotaOptions) {
    this.#options = options;
  }

  /** Call it before storing a document. Throws `refuse`'s error if there is no room. */
  async take(accountId: string, context: OperationContext): Promise<void> {
    const { maximum, refuse } = this.#options;
    const counted = this.#findFresh(accountId) ?? (await this.#countOnce(accountId, context));
    // Others waited for the same count and have added to it. Nothing may come between the check and
    // the addition.
    const { documents } = this.#counts.get(accountId) ?? counted;
    if (documents >= maximum) {
      throw refuse(maximum);
    }
    this.#add(accountId, 1);
  }

  /** Call it after deleting a document. */
  giveBack(accountId: string): void {
    this.#add(accountId, -1);
  }

  /** The count may or may not include documents stored meanwhile, so whoever stores one adds it. */
  #add(accountId: string, documents: number): void {
    const known = this.#counts.get(accountId);
    if (known !== undefined) {
      this.#counts.set(accountId, { ...known, documents: known.documents + documents });
    }
  }

  #findFresh(accountId: string): Count | undefined {
    const known = this.#counts.get(accountId);
    if (known === undefined) {
      return undefined;
    }
    const maximumAge =
      known.documents < this.#options.maximum
        ? MAXIMUM_AGE_MILLISECONDS
        : MAXIMUM_AGE_WITHOUT_ROOM_MILLISECONDS;
    const age = this.#options.clock.monotonicMilliseconds() - known.countedAt;
    return age < maximumAge ? known : undefined;
  }

  /** Simultaneous calls share one count. */
  async #countOnce(accountId: string, context: OperationContext): Promise<Count> {
    let counting = this.#counting.get(accountId);
    if (counting === undefined) {
      counting = this.#count(accountId, context).finally(() => this.#counting.delete(accountId));
      this.#counting.set(accountId, counting);
    }
    return counting;
  }

  async #count(accountId: string, context: OperationContext): Promise<Count> {
    const { clock, repository, maximum } = this.#options;
    const filter = { active: true, account_id: accountId };
    const outside = context.withoutTransaction();
    // One more, so that a deletion makes no room if there were too many before.
    const documents = await repository.count(filter, outside, { limit: maximum + 1 });
    await this.#removeSurplusOfDeleted(accountId, outside);
    const counted = { countedAt: clock.monotonicMilliseconds(), documents };
    this.#counts.delete(accountId);
    this.#counts.set(accountId, counted);
    if (this.#counts.size > MAXIMUM_OWNERS) {
      const [longestKnown] = this.#counts.keys();
      this.#counts.delete(longestKnown as string);
    }
    return counted;
  }

  async #removeSurplusOfDeleted(accountId: string, context: OperationContext): Promise<void> {
    const { repository, maximum } = this.#options;
    const filter = { active: false, account_id: accountId };
    const deleted = await repository.count(filter, context, { limit: 2 * maximum });
    for (let surplus = deleted - maximum; surplus > 0; surplus -= REMOVED_AT_ONCE) {
      const oldest = await repository.find(filter, context, {
        projection: { account_id: 1 },
        limit: Math.min(surplus, REMOVED_AT_ONCE),
      });
      const surplusIds = { $in: oldest.map(({ _id }) => _id) };
      await repository.deleteMany({ ...filter, _id: surplusIds }, context);
    }
  }
}
