import type { AuditPage, AuditRecord } from '@org/audit';
import type { OperationContext } from '@org/core';
import { Option, type Command } from 'commander';

import type { AuditLog } from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { parseLimit, parseTime } from '../option-parsers.ts';
import { pageResult, type Columns } from '../output.ts';

interface QueryOptions {
  readonly resource?: readonly string[];
  readonly actor?: readonly string[];
  readonly from?: Date;
  readonly to?: Date;
  readonly limit?: number;
  readonly cursor?: string;
}

const ACTOR_TYPES = ['account', 'job', 'worker', 'anonymous'] as const;

const COLUMNS: Columns<AuditRecord> = {
  TIME: ({ timestamp }) => timestamp.toISOString(),
  ACTOR: ({ actorType, actorId }) => (actorId === null ? actorType : `${actorType} ${actorId}`),
  ACTION: ({ action, count }) => (count === 1 ? action : `${action} (${count} times)`),
  OUTCOME: ({ outcome }) => outcome,
  RESOURCE: ({ resourceType, resourceId }) => `${resourceType} ${resourceId}`,
  CHANGES: ({ changes }) => describeChanges(changes),
  SOURCE: ({ source }) => source ?? '',
  REQUEST: ({ requestId }) => requestId,
};

export function addAuditCommands(program: Command, perform: Perform): void {
  program
    .command('audit')
    .description('Who did what to what')
    .command('query')
    .description('Records of the audit log, newest first')
    .addOption(
      new Option(
        '--resource <type and id...>',
        'of a resource: its collection and its id',
      ).conflicts('actor'),
    )
    .option('--actor <type and id...>', `of an actor: ${ACTOR_TYPES.join(', ')}, and its id`)
    .option('--from <time>', 'from this time on', parseTime)
    .option('--to <time>', 'before this time', parseTime)
    .option('--limit <number>', 'records at most (default: 50, up to 200)', parseLimit)
    .option('--cursor <cursor>', 'where the page before ended')
    .action(async (options: QueryOptions, command: Command) => {
      const query = chooseQuery(options, command);
      await perform(
        command,
        { resourceType: 'audit_log', parameters: { ...options } },
        async ({ audit }, context) => pageResult(await query(audit, context), COLUMNS),
      );
    });
}

type Query = (audit: AuditLog, context: OperationContext) => Promise<AuditPage>;

function chooseQuery({ resource, actor, ...page }: QueryOptions, command: Command): Query {
  if (resource !== undefined) {
    const [resourceType, resourceId, ...rest] = resource;
    if (resourceType === undefined || resourceId === undefined || rest.length > 0) {
      command.error('error: --resource takes a type and an id, such as --resource accounts 64b0…');
    }
    return (audit, context) =>
      audit.findRecordsByResource({ resourceType, resourceId, ...page }, context);
  }
  if (actor !== undefined) {
    const { actorType, actorId } = readActor(actor, command);
    return (audit, context) => audit.findRecordsByActor({ actorType, actorId, ...page }, context);
  }
  return (audit, context) => audit.findRecordsByTime(page, context);
}

function readActor(words: readonly string[], command: Command) {
  const [type, id, ...rest] = words;
  const actorType = ACTOR_TYPES.find((known) => known === type);
  const isComplete = (actorType === 'anonymous') === (id === undefined) && rest.length === 0;
  if (actorType === undefined || !isComplete) {
    command.error(`error: --actor takes ${ACTOR_TYPES.join(', ')} and an id; anonymous has none`);
  }
  return { actorType, actorId: id ?? null };
}

function describeChanges(changes: AuditRecord['changes']): string {
  return Object.entries(changes)
    .map(
      ([name, change]) => `${name}: ${JSON.stringify(change.old)} → ${JSON.stringify(change.new)}`,
    )
    .join(', ');
}
