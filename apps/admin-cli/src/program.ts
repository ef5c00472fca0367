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
import { findInterruption } from './interruption.ts';
import { createPerform, type OperatorDependencies, type Perform } from './operator.ts';
import { parseOperator } from './option-parsers.ts';
import { toPrintable, type Output } from './output.ts';

export const ExitCode = { OK: 0, FAILURE: 1, USAGE: 2, PARTIAL: 3 } as const;

const EXIT_CODES =
  'Exit codes: 0 done; 1 failed; 2 usage error; 3 done, but lines of an import were refused; 128 and more ended by a signal: 130 by Ctrl-C, 141 by a reader that left.';

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
 * @returns the exit code: 0 on success, 1 on failure, 2 if the command was not understood, 3 if lines
 *   of an import were refused, 128 and a signal's number if that interrupted it
 */
export async function runProgram(
  words: readonly string[],
  dependencies: OperatorDependencies,
): Promise<number> {
  let exitCode: number = ExitCode.OK;
  const perform = createPerform(dependencies, () => (exitCode = ExitCode.PARTIAL));
  const program = createProgram(dependencies.output, perform);
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
    }
    const interruption = findInterruption(error);
    dependencies.output.writeError(`${messageOf(interruption ?? error)}\n`);
    return interruption?.exitCode ?? ExitCode.FAILURE;
  }
}

/** All commands. */
export function createProgram(
  output: Pick<Output, 'write' | 'writeError'>,
  perform: Perform,
): Command {
  const program = new Command('org-admin')
    .description('Command line for operators.')
    .option('--json', 'print JSON, for scripts')
    .option('--as <name>', 'who does it, for the audit log', parseOperator, 'org-admin')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: (text) => output.writeError(text),
    })
    .addHelpText('after', `\n${EXIT_CODES}`);
  for (const addCommands of COMMAND_GROUPS) {
    addCommands(program, perform);
  }
  return program;
}

function messageOf(error: unknown): string {
  if (error instanceof SettingsError) {
    return error.problems.join('\n');
  }
  const message = error instanceof Error ? error.message : String(error);
  return toPrintable(message.split('\n', 1)[0] ?? '') || 'It failed.';
}
