import { defineError } from './errors.ts';

/** What becomes of a collection's documents about an account. */
export interface PersonalData {
  /** Whether they are in the account's export. */
  readonly exported: boolean;
  /**
   * `erased`: with the account. `pseudonymized`: kept, with a random id in place of the account's.
   * `expires`: gone by itself within the time that the module's README gives.
   */
  readonly end: 'erased' | 'pseudonymized' | 'expires';
}

export interface OwnedCollection {
  /** For readers, such as `invoices, also paid ones`. */
  readonly holds: string;
  /** Absent if no document refers to an account. */
  readonly personalData?: PersonalData;
}

interface Named {
  readonly name: string;
}

/** What a module owns: the value that its `module.ts` exports. */
export interface ModuleManifest {
  /** Unique, such as `billing`. */
  readonly name: string;
  /** By name; only this module reads and writes them. */
  readonly collections: Readonly<Record<string, OwnedCollection>>;
  /** Events that it publishes. */
  readonly publishes: readonly Named[];
  /** Events that it listens to. */
  readonly listensTo: readonly Named[];
  /** Names of its jobs. */
  readonly jobs: readonly string[];
  /** Names of the messages that it sends. */
  readonly topics: readonly string[];
  /** Its service's settings: `satisfies Record<keyof BillingSettings, true>` finds missing ones. */
  readonly settings: Readonly<Record<string, true>>;
  /** What roles may be allowed to do. */
  readonly permissions: readonly string[];
}

/**
 * Declares what a module owns. What is left out is empty.
 *
 * @example
 * export const billingModule = defineModule({
 *   name: 'billing',
 *   collections: {
 *     invoices: { holds: 'invoices', personalData: { exported: true, end: 'erased' } },
 *   },
 *   publishes: [invoicePaid],
 * });
 */
export function defineModule(
  manifest: Partial<ModuleManifest> & Pick<ModuleManifest, 'name'>,
): ModuleManifest {
  return {
    collections: {},
    publishes: [],
    listensTo: [],
    jobs: [],
    topics: [],
    settings: {},
    permissions: [],
    ...manifest,
  };
}

/** What a collection turned out to be when it was initialized. */
export interface InitializedCollection {
  readonly collectionName: string;
  /** Fields of its schema that refer to an account. */
  readonly accountFields: readonly string[];
}

/**
 * Compares what the modules declare with the collections that they initialized.
 *
 * @throws InvalidModuleError if two modules own a collection, or none does, or if one refers to
 *   accounts but declares no personal data
 */
export function assertCollectionsDeclared(
  modules: readonly ModuleManifest[],
  collections: readonly InitializedCollection[],
): void {
  for (const { collectionName, accountFields } of collections) {
    const [owner, other] = modules.filter(({ collections: owned }) =>
      Object.hasOwn(owned, collectionName),
    );
    if (owner === undefined) {
      throw new InvalidModuleError(
        `The collection ${collectionName} belongs to no module: add it to the collections of one's module.ts.`,
      );
    }
    if (other !== undefined) {
      throw new InvalidModuleError(
        `Both ${owner.name} and ${other.name} own the collection ${collectionName}.`,
      );
    }
    const [field] = accountFields;
    if (field !== undefined && owner.collections[collectionName]?.personalData === undefined) {
      throw new InvalidModuleError(
        `The collection ${collectionName} of ${owner.name} refers to accounts (${field}): say in its module.ts under personalData how its documents are exported and erased.`,
      );
    }
  }
}

/** A module does not declare what it owns. */
export class InvalidModuleError extends defineError('MODULE_ERR_01', 500) {}
