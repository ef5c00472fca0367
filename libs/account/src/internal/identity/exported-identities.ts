import type { OperationContext } from '@org/core';
import type { RepositoryDependencies } from '@org/core/store';

import type { ExportedIdentity } from '../../types.ts';
import { AccountIdentityRepository } from '../store/account-identity-repository.ts';

/** The names that an account of any state is found by. */
export async function readIdentities(
  accountId: string,
  dependencies: RepositoryDependencies,
  context: OperationContext,
): Promise<readonly ExportedIdentity[]> {
  const repository = new AccountIdentityRepository(dependencies);
  const identities = await repository.findByAccountId(accountId, context);
  return identities.map(({ kind, value, verifiedAt, createdAt, reservedUntil }) => ({
    kind,
    value,
    verifiedAt,
    createdAt,
    reservedUntil,
  }));
}
