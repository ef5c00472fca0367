import type { Command } from 'commander';

import type { Perform } from '../operator.ts';
import { messageResult } from '../output.ts';

export function addKeyCommands(program: Command, perform: Perform): void {
  program
    .command('keys')
    .description('Keys that sign access tokens')
    .command('rotate')
    .description('Sign with the next key; tokens that the present one signed stay good')
    .action(async (_options: object, command: Command) => {
      await perform(
        command,
        { resourceType: 'access_token_signing_keys' },
        async ({ signingKeys }, context) => {
          await signingKeys.rotateSigningKeys(context);
          return messageResult('The next key signs from now on.', { rotated: true });
        },
      );
    });
}
