import type { OperationContext } from '@org/core';

import type { CompleteDependencies } from '../account-dependencies.ts';
import { TransferableAccountRepository } from '../store/transferable-account-repository.ts';
import { toAccountLine } from './account-line.ts';

const PAGE_SIZE = 500;

/** The lines of an import that gives the same accounts, page by page. */
export async function* exportLines(
  dependencies: CompleteDependencies,
  withHashes: boolean,
  context: OperationContext,
): AsyncGenerator<readonly object[], void, undefined> {
  const { fields } = dependencies;
  const repository = new TransferableAccountRepository(dependencies);
  let { accounts, last } = await repository.findPageAfter(undefined, PAGE_SIZE, context);
  while (last !== undefined) {
    yield accounts.map((account) => toAccountLine(account, fields, { withHashes }));
    ({ accounts, last } = await repository.findPageAfter(last, PAGE_SIZE, context));
  }
}
