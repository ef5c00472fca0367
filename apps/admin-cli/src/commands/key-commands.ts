import type { StoredSecretsReport } from '@org/core/store';
import type { Command } from 'commander';

import type { Perform } from '../operator.ts';
import { messageResult, pageResult, type Columns } from '../output.ts';
import { addReason } from './add-command.ts';

const COLUMNS: Columns<StoredSecretsReport> = {
  COLLECTION: ({ collectionName }) => collectionName,
  STORED: ({ checked }) => String(checked),
  'UNDER SECRET_KEY_PREVIOUS': ({ outdated }) => String(outdated),
  UNREADABLE: ({ unreadable }) => String(unreadable),
};

export function addKeyCommands(program: Command, perform: Perform): void {
  const keys = program.command('keys').description('Keys that sign access tokens, and SECRET_KEY');

  const rotate = keys
    .command('rotate')
    .description('Sign with the next key; tokens that the present one signed stay valid');
  addReason(rotate).action(async (_options: object, command: Command) => {
    const subject = { resourceType: 'access_token_signing_keys' };
    await perform(command, subject, async ({ signingKeys }, context) => {
      await signingKeys.rotateSigningKeys(context);
      return messageResult('The next key signs from now on.', { rotated: true });
    });
  });

  keys
    .command('status')
    .description('Count what is still stored under SECRET_KEY_PREVIOUS')
    .action(async (_options: object, command: Command) => {
      const subject = { resourceType: 'access_token_signing_keys' };
      await perform(command, subject, async ({ storedSecrets }) => {
        const items: StoredSecretsReport[] = [];
        for (const secrets of storedSecrets) {
          items.push(await secrets.examine());
        }
        return pageResult({ items, nextCursor: null }, COLUMNS);
      });
    });
}
