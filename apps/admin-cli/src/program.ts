import { SettingsError } from '@org/core';
import { Command, CommanderError } from 'commander';

import { addAccountCommands } from './commands/account-commands.ts';
import { addAuditCommands } from './commands/audit-commands.ts';
import { addEventCommands } from './commands/event-commands.ts';
import { addJobCommands } from './commands/job-commands.ts';
import { addKeyCommands } from './commands/key-commands.ts';
import { addNotificationCommands } from './commands/notification-commands.ts';
import { addRoleCommands } from './commands/role-commands.ts';
import { addSessionCommands } from './commands/session-commands.ts';
import { addWebhookCommands } from './commands/webhook-commands.ts';
import { createPerform, type OperatorDependencies } from './operator.ts';
import { parseOperator } from './option-parsers.ts';
import type { Output } from './output.ts';

export const ExitCode = { OK: 0, FAILURE: 1, USAGE: 2 } as const;

const COMMAND_GROUPS = [
  addAuditCommands,
  addJobCommands,
  addNotificationCommands,
  addEventCommands,
  addWebhookCommands,
  addKeyCommands,
  addAccountCommands,
  addRoleCommands,
  addSessionCommands,
];

/**
 * Runs one command.
 *
 * @param words the arguments after the program's name
 * @returns the exit code: 0 on success, 1 on failure, 2 if the command was not understood
 */
export async function runProgram(
  words: readonly string[],
  dependencies: OperatorDependencies,
): Promise<number> {
  const program = createProgram(dependencies.output);
  const perform = createPerform(dependencies);
  for (const addCommands of COMMAND_GROUPS) {
    addCommands(program, perform);
  }
  try {
    await program.parseAsync(words, { from: 'user' });
    return ExitCode.OK;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
    }
    dependencies.output.writeError(`${messageOf(error)}\n`);
    return ExitCode.FAILURE;
  }
}

function createProgram(output: Output): Command {
  return new Command('org-admin')
    .description('Command line for operators.')
    .option('--json', 'print JSON, for scripts')
    .option('--as <name>', 'who does it, for the audit log', parseOperator, 'org-admin')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: (text) => output.writeError(text),
    });
}

function messageOf(error: unknown): string {
  if (error instanceof SettingsError) {
    return error.problems.join('\n');
  }
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] || 'It failed.';
}
