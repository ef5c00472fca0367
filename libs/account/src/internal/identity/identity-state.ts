import { OperationContext } from '@org/core';
import type { CollectionReport, RepositoryDependencies } from '@org/core/store';

import type { IdentityStateDocument } from '../store/identity-state-model.ts';
import { IdentityStateRepository } from '../store/identity-state-repository.ts';

/** Of what processes do with identities on their own. */
export const identityContext = OperationContext.create({
  actor: { type: 'worker', id: 'identities' },
  requestId: 'identities',
});

/**
 * Whether identities alone decide whose a name is, as far as this process knows. In a mixed database
 * the unique indexes of accounts decide beside them, and accounts are looked up by these.
 */
export class IdentityState {
  readonly #repository: IdentityStateRepository;
  #stored: IdentityStateDocument | undefined;

  constructor(dependencies: RepositoryDependencies) {
    this.#repository = new IdentityStateRepository(dependencies);
  }

  get isComplete(): boolean {
    return this.#stored?.state === 'complete';
  }

  /** A database is complete from the beginning if it has no accounts yet. Call it before it has. */
  async initialize(): Promise<CollectionReport> {
    const report = await this.#repository.onInitCollection();
    await this.refresh();
    if (this.#stored === undefined) {
      const state = (await this.#repository.hasAccounts()) ? 'mixed' : 'complete';
      this.#stored = await this.#repository.begin(state, identityContext);
    }
    return report;
  }

  /** Reads the state again; another process may have completed it. */
  async refresh(): Promise<void> {
    this.#stored = await this.#repository.read(identityContext);
  }
}
