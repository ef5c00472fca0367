import { toCanonicalId, type OperationContext } from '@org/core';
import type { Command } from 'commander';

import type { CommandServices, PageParams } from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { parseLimit, parseReason } from '../option-parsers.ts';
import { pageResult, type Columns, type CommandResult, type ItemPage } from '../output.ts';

export function addPageOptions(command: Command): Command {
  return command
    .option('--limit <number>', 'items at most', parseLimit)
    .option('--cursor <cursor>', 'where the page before ended');
}

export interface PagedList<Item> {
  readonly resourceType: string;
  readonly columns: Columns<Item>;
  readonly list: (
    services: CommandServices,
    page: PageParams,
    context: OperationContext,
  ) => Promise<ItemPage<Item>>;
}

/** Makes a command without arguments show a list, page by page. */
export function performList<Item>(
  command: Command,
  perform: Perform,
  { resourceType, columns, list }: PagedList<Item>,
): void {
  addPageOptions(command).action(async (page: PageParams, called: Command) => {
    await perform(called, { resourceType, parameters: { ...page } }, async (services, context) =>
      pageResult(await list(services, page, context), columns),
    );
  });
}

/** Makes a command ask why it changes something. */
export function addReason(command: Command): Command {
  return command.requiredOption('--reason <text>', 'why; for the audit log', parseReason);
}

/** Makes a command with one argument, the id of what it changes, do its work; it takes a reason. */
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
  addReason(command).action(async (given: string, _options: object, called: Command) => {
    const id = toCanonicalId(given);
    await perform(called, { resourceType, resourceId: id }, (services, context) =>
      work(services, id, context),
    );
  });
}
