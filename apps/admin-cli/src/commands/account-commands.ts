import type { DeletedAccount } from '@org/account';
import { toCanonicalId } from '@org/core';
import type { Command } from 'commander';

import { CommandFailedError } from '../errors.ts';
import type { Confirm, Perform } from '../operator.ts';
import { messageResult } from '../output.ts';
import { addAccountLookupCommands } from './account-lookup-commands.ts';
import { addReason, performOnId } from './add-command.ts';
import { addSupportCommands } from './support-commands.ts';
import { addTransferCommands } from './transfer-commands.ts';

const resourceType = 'accounts';

interface YesOption {
  readonly yes?: boolean;
}

interface EraseOptions extends YesOption {
  readonly now?: boolean;
}

const CONTACT_NAMES = { email: 'e-mail address', phone: 'phone number' } as const;

export function addAccountCommands(program: Command, perform: Perform): void {
  const group = program.command('accounts').description('Accounts');

  const remove = group
    .command('delete <id>')
    .description('Delete an account as its owner can; it can be restored for a while');
  performOnId(remove, perform, resourceType, async ({ accounts }, accountId, context) => {
    await accounts.deleteAccount({ accountId }, context);
    const { restorableUntil } = await accounts.getDeletedAccount({ accountId }, context);
    const message = `Account ${accountId} is deleted. It can be restored until ${restorableUntil.toISOString()}.`;
    return messageResult(message, { accountId, restorableUntil });
  });

  const restore = group.command('restore <id>').description('Bring a deleted account back');
  performOnId(restore, perform, resourceType, async ({ accounts }, accountId, context) => {
    const { leftOut, state } = await accounts.restoreAccount({ accountId }, context);
    const lost = leftOut.map((kind) => CONTACT_NAMES[kind]).join(' and ');
    const exception = lost === '' ? '' : `, but for its ${lost}: another account has that now`;
    const disabled = state === 'disabled' ? ' It is disabled, as before.' : '';
    const message = `Account ${accountId} is restored${exception}.${disabled}`;
    return messageResult(message, { accountId, state, leftOut });
  });

  addErasure(group, perform);
  addCompletion(group, perform);
  addAccountLookupCommands(group, perform);
  addSupportCommands(group, perform);
  addTransferCommands(group, perform);
}

function addErasure(group: Command, perform: Perform): void {
  const erase = group
    .command('erase <id>')
    .description('Have a worker erase the personal data of a deleted account, for good');
  addReason(erase)
    .option('--yes', 'do not ask, for scripts')
    .option('--now', 'although it can still be restored')
    .action(async (id: string, options: EraseOptions, command: Command) => {
      const accountId = toCanonicalId(id);
      await perform(
        command,
        { resourceType, resourceId: accountId, parameters: flagsOf(options) },
        async ({ accounts }, context, confirm) => {
          const deleted = await accounts.getDeletedAccount({ accountId }, context);
          assertNotRestorable(accountId, deleted, options);
          await assertMeant(options, confirm, {
            question: `Erase account ${accountId} for good?`,
            refused: `Account ${accountId} is not erased.`,
          });
          const { deletedAt } = deleted;
          await accounts.eraseAccount({ accountId, deletedAt }, context);
          return messageResult(`Account ${accountId} is erased by the next worker that is free.`, {
            accountId,
          });
        },
      );
    });
}

/** The reason is recorded by itself. */
function flagsOf({ yes, now }: EraseOptions) {
  return { ...(yes === undefined ? {} : { yes }), ...(now === undefined ? {} : { now }) };
}

function addCompletion(group: Command, perform: Perform): void {
  const complete = group
    .command('complete-identities')
    .description('Let identities alone keep names unique, and drop the unique indexes of accounts');
  addReason(complete)
    .option('--yes', 'no process of a version without identities runs; for scripts')
    .action(async (options: YesOption, command: Command) => {
      await perform(
        command,
        { resourceType, parameters: flagsOf(options) },
        async ({ accounts }, context, confirm) => {
          await assertMeant(options, confirm, {
            question:
              'Processes of a version without identities cannot be seen from here. Are all stopped, for good?',
            refused: 'Nothing is changed.',
          });
          await accounts.completeIdentities(context);
          return messageResult('Identities alone keep names unique now.', { state: 'complete' });
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
  { yes = false }: YesOption,
  confirm: Confirm,
  { question, refused }: { readonly question: string; readonly refused: string },
): Promise<void> {
  if (yes) {
    return;
  }
  if (confirm === undefined) {
    throw new CommandFailedError(`Nobody can be asked here: ${question} If so, say --yes.`);
  }
  if (!(await confirm(question))) {
    throw new CommandFailedError(refused);
  }
}
