import type { DeletedAccount } from '@org/account';
import type { Command } from 'commander';

import { CommandFailedError } from '../errors.ts';
import type { Confirm, Perform } from '../operator.ts';
import { toCanonicalId } from '../option-parsers.ts';
import { messageResult } from '../output.ts';
import { performOnId } from './add-command.ts';

const resourceType = 'accounts';

interface EraseOptions {
  readonly yes?: boolean;
  readonly now?: boolean;
}

export function addAccountCommands(program: Command, perform: Perform): void {
  const group = program.command('accounts').description('Deleted accounts');

  const restore = group.command('restore <id>').description('Bring a deleted account back');
  performOnId(restore, perform, resourceType, async ({ accounts }, accountId, context) => {
    await accounts.restoreAccount({ accountId }, context);
    return messageResult(`Account ${accountId} is restored.`, { accountId });
  });

  group
    .command('erase <id>')
    .description('Have a worker erase the personal data of a deleted account, for good')
    .option('--yes', 'do not ask, for scripts')
    .option('--now', 'although it can still be restored')
    .action(async (id: string, options: EraseOptions, command: Command) => {
      const accountId = toCanonicalId(id);
      await perform(
        command,
        { resourceType, resourceId: accountId, parameters: { ...options } },
        async ({ accounts }, context, confirm) => {
          const deleted = await accounts.getDeletedAccount({ accountId }, context);
          assertNotRestorable(accountId, deleted, options);
          await assertMeant(accountId, options, confirm);
          const { deletedAt } = deleted;
          await accounts.eraseAccount({ accountId, deletedAt }, context);
          return messageResult(`Account ${accountId} is erased by the next worker that is free.`, {
            accountId,
          });
        },
      );
    });
}

function assertNotRestorable(
  accountId: string,
  { isRestorable, restorableUntil }: DeletedAccount,
  { now = false }: EraseOptions,
): void {
  if (!now && isRestorable) {
    throw new CommandFailedError(
      `Account ${accountId} can be restored until ${restorableUntil.toISOString()}. Say --now to erase it all the same.`,
    );
  }
}

async function assertMeant(
  accountId: string,
  { yes = false }: EraseOptions,
  confirm: Confirm,
): Promise<void> {
  if (yes) {
    return;
  }
  if (confirm === undefined) {
    throw new CommandFailedError('Nobody can be asked here. Say --yes to erase the account.');
  }
  if (!(await confirm(`Erase account ${accountId} for good?`))) {
    throw new CommandFailedError(`Account ${accountId} is not erased.`);
  }
}
