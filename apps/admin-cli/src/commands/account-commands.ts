import type { Command } from 'commander';

import type { Perform } from '../operator.ts';
import { messageResult } from '../output.ts';

const resourceType = 'accounts';

export function addAccountCommands(program: Command, perform: Perform): void {
  const group = program.command('accounts').description('Deleted accounts');

  group
    .command('restore <id>')
    .description('Bring a deleted account back')
    .action(async (accountId: string, _options: object, command: Command) => {
      await perform(
        command,
        { resourceType, resourceId: accountId },
        async ({ accounts }, context) => {
          await accounts.restoreAccount({ accountId }, context);
          return messageResult(`Account ${accountId} is restored.`, { accountId });
        },
      );
    });

  group
    .command('erase <id>')
    .description('Have a worker erase the personal data of a deleted account, for good')
    .action(async (accountId: string, _options: object, command: Command) => {
      await perform(
        command,
        { resourceType, resourceId: accountId },
        async ({ accounts }, context) => {
          await accounts.eraseAccount({ accountId }, context);
          return messageResult(`A worker erases account ${accountId} now.`, { accountId });
        },
      );
    });
}
