import type { OperationContext } from '@org/core';
import type { Command } from 'commander';

import type { CommandServices } from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { parseLimit, toCanonicalId } from '../option-parsers.ts';
import type { CommandResult } from '../output.ts';

export function addPageOptions(command: Command): Command {
  return command
    .option('--limit <number>', 'items at most', parseLimit)
    .option('--cursor <cursor>', 'where the page before ended');
}

/** Makes a command with one argument, the id of what it changes, do its work. */
export function performOnId(
  command: Command,
  perform: Perform,
  resourceType: string,
  work: (
    services: CommandServices,
    id: string,
    context: OperationContext,
  ) => Promise<CommandResult>,
): void {
  command.action(async (given: string, _options: object, called: Command) => {
    const id = toCanonicalId(given);
    await perform(called, { resourceType, resourceId: id }, (services, context) =>
      work(services, id, context),
    );
  });
}
