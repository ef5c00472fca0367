import type { Command } from 'commander';

import type { Perform } from '../operator.ts';
import { messageResult } from '../output.ts';
import { addReason } from './add-command.ts';

export function addSessionCommands(program: Command, perform: Perform): void {
  const sessions = program.command('sessions').description('Sessions of all accounts');
  const endAll = sessions
    .command('end-all')
    .description('End every session of every account: all have to log in again');
  addReason(endAll).action(async (_options: object, command: Command) => {
    await perform(command, { resourceType: 'sessions' }, async ({ sessions: service }, context) => {
      const { endedAt } = await service.endAllSessions(context);
      const text = `Every session that began until ${endedAt.toISOString()} has ended.`;
      return messageResult(text, { endedAt });
    });
  });
}
