import type { Account, PersonalDataProvider } from '@org/account';
import type { BackendDependencies } from '@org/backend';
import { defineError, type OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';

import type { Fields } from '../account-fields.js';
import { welcome } from '../welcome-topic.js';
import { MembershipModel, MembershipRepository } from './membership-repository.js';

export class MembershipNotFoundError extends defineError('MEMBERSHIP_ERR_01', 404) {}

export class MembershipService {
  readonly personalDataProvider: PersonalDataProvider;
  readonly #dependencies: BackendDependencies<Fields>;
  readonly #repository: MembershipRepository;

  constructor(dependencies: BackendDependencies<Fields>) {
    this.#dependencies = dependencies;
    this.#repository = new MembershipRepository(dependencies);
    this.personalDataProvider = {
      name: 'memberships',
      exportDataByAccountId: ({ accountId }, context) => this.#export(accountId, context),
      deleteDataByAccountId: ({ accountId }, erasure, context) =>
        this.#repository.eraseOwned(accountId, erasure, context),
    };
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /** Stores the membership and its welcome in the transaction of the context. */
  async join(accountId: string, context: OperationContext): Promise<void> {
    const { accounts, notification } = this.#dependencies;
    const { username, club, locale } = await accounts.getAccountById({ id: accountId }, context);
    await this.#repository.insertOne({ account_id: accountId, club }, context);
    const members = await this.countMembers(club, context);
    const data = { club, members };
    await notification.sendEmailForAccount(
      { accountId, emailAddress: username, topic: welcome, data, locale },
      context,
    );
  }

  /** @throws MembershipNotFoundError */
  async getMembership(accountId: string, context: OperationContext): Promise<MembershipModel> {
    const found = await this.#repository.findOne({ account_id: accountId }, context);
    if (found === undefined) {
      throw new MembershipNotFoundError('We could not find a membership of this account.');
    }
    return MembershipModel.fromBson(found);
  }

  async countMembers(club: Account<Fields>['club'], context: OperationContext): Promise<number> {
    return this.#repository.count({ club }, context);
  }

  async *#export(accountId: string, context: OperationContext): AsyncGenerator<readonly object[]> {
    for await (const page of this.#repository.findInPages({ account_id: accountId }, context)) {
      yield page.map(({ club, created_at }) => ({ club, since: created_at }));
    }
  }
}
