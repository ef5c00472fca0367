import type { AuditPage, AuditPageParams, AuditRecord } from '@org/audit';
import { toCanonicalId, toRecordedId, type OperationContext, type PhoneNumber } from '@org/core';
import { Option, type Command } from 'commander';

import type { CommandServices } from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { parseLimit, parsePhoneNumberOption, parseTime } from '../option-parsers.ts';
import { pageResult, type Columns } from '../output.ts';

interface QueryOptions {
  readonly resource?: readonly string[];
  readonly actor?: readonly string[];
  readonly username?: string;
  readonly phoneNumber?: PhoneNumber;
  readonly from?: Date;
  readonly to?: Date;
  readonly limit?: number;
  readonly cursor?: string;
}

const ACTOR_TYPES = ['account', 'job', 'worker', 'anonymous'] as const;

/** The action of records of what operators did. */
const BY_OPERATOR = 'authz_admin';

const COLUMNS: Columns<AuditRecord> = {
  TIME: ({ timestamp }) => timestamp.toISOString(),
  ACTOR: ({ actorType, actorId }) => (actorId === null ? actorType : `${actorType} ${actorId}`),
  ACTION: (record) => withCount(operationOf(record) ?? record.action, record.count),
  REASON: (record) => reasonOf(record) ?? '',
  OUTCOME: ({ outcome }) => outcome,
  RESOURCE: ({ resourceType, resourceId }) => `${resourceType} ${resourceId}`,
  CHANGES: formatChanges,
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
      ).conflicts(['actor', 'username', 'phoneNumber']),
    )
    .option('--actor <type and id...>', `of an actor: ${ACTOR_TYPES.join(', ')}, and its id`)
    .addOption(
      new Option(
        '--username <name>',
        'of a username: what was tried with it, and the account that has it',
      ).conflicts(['actor', 'phoneNumber']),
    )
    .addOption(
      new Option('--phone-number <number>', 'of a phone number, such as +919999999999')
        .conflicts('actor')
        .argParser(parsePhoneNumberOption),
    )
    .option('--from <time>', 'from this time on', parseTime)
    .option('--to <time>', 'before this time', parseTime)
    .option('--limit <number>', 'records at most (default: 50, up to 200)', parseLimit)
    .option('--cursor <cursor>', 'where the page before ended')
    .action(async (options: QueryOptions, command: Command) => {
      const query = chooseQuery(options, command);
      const parameters = toRecordedQuery(options);
      await perform(command, { resourceType: 'audit_log', parameters }, async (services, context) =>
        pageResult(await query(services, context), COLUMNS),
      );
    });
}

/** A name in the query's own record would outlive its account. */
function toRecordedQuery({ resource, actor, username, phoneNumber, ...recorded }: QueryOptions) {
  const asked = username ?? phoneNumber;
  return {
    ...recorded,
    ...(resource && { resource: withRecordedId(resource) }),
    ...(actor && { actor: withRecordedId(actor) }),
    ...(asked === undefined ? {} : { subject: '[redacted]' }),
  };
}

function withRecordedId([type = '', id]: readonly string[]): readonly string[] {
  // Workers are processes and operators.
  const recorded = id === undefined || type === 'worker' ? id : toRecordedId(id) || '[not an id]';
  return recorded === undefined ? [type] : [type, recorded];
}

type Query = (services: CommandServices, context: OperationContext) => Promise<AuditPage>;

function chooseQuery(options: QueryOptions, command: Command): Query {
  const { resource, actor, username, phoneNumber, ...page } = options;
  if (resource !== undefined) {
    const [resourceType, resourceId, ...rest] = resource;
    if (resourceType === undefined || resourceId === undefined || rest.length > 0) {
      command.error('error: --resource takes a type and an id, such as --resource accounts 64b0…');
    }
    const asked = { resourceType, resourceId: toCanonicalId(resourceId) };
    return ({ audit }, context) => audit.findRecordsByResource({ ...asked, ...page }, context);
  }
  if (actor !== undefined) {
    const { actorType, actorId } = readActor(actor, command);
    return ({ audit }, context) =>
      audit.findRecordsByActor({ actorType, actorId, ...page }, context);
  }
  if (username !== undefined) {
    return findBySubject({ username }, page);
  }
  if (phoneNumber !== undefined) {
    return findBySubject({ phoneNumber }, page);
  }
  return ({ audit }, context) => audit.findRecordsByTime(page, context);
}

function findBySubject(
  named: Parameters<CommandServices['accounts']['findSubject']>[0],
  page: AuditPageParams,
): Query {
  return ({ accounts, audit, transactions }, context) =>
    transactions.withTransaction(context, async (transaction) => {
      const { subjectDigest, accountId } = await accounts.findSubject(named, transaction);
      const resource =
        accountId === undefined ? undefined : { resourceType: 'accounts', resourceId: accountId };
      // Outside of the transaction that records that the account was read, so that the page does
      // not include that record.
      return audit.findRecordsBySubject({ subjectDigest, resource, ...page }, context);
    });
}

function readActor(words: readonly string[], command: Command) {
  const [type, id, ...rest] = words;
  const actorType = ACTOR_TYPES.find((known) => known === type);
  const isComplete = (actorType === 'anonymous') === (id === undefined) && rest.length === 0;
  if (actorType === undefined || !isComplete) {
    command.error(`error: --actor takes ${ACTOR_TYPES.join(', ')} and an id; anonymous has none`);
  }
  return { actorType, actorId: id === undefined ? null : toCanonicalId(id) };
}

function withCount(action: string, count: number): string {
  return count === 1 ? action : `${action} (${count} times)`;
}

/** What an operator did: a command of this program, or an operation over HTTP. */
function operationOf({ action, changes }: AuditRecord): string | undefined {
  const done = changes['operation'] ?? changes['command'];
  return action === BY_OPERATOR && typeof done?.new === 'string' ? done.new : undefined;
}

function reasonOf({ action, changes: { reason } }: AuditRecord): string | undefined {
  return action === BY_OPERATOR && typeof reason?.new === 'string' ? reason.new : undefined;
}

function formatChanges({ action, changes }: AuditRecord): string {
  return action === BY_OPERATOR ? formatParameters(changes['parameters']?.new) : format(changes);
}

function formatParameters(parameters: unknown): string {
  if (typeof parameters === 'string') {
    // What the erasure of the account left of them.
    return parameters;
  }
  const given = Object.entries(parameters ?? {}).filter(([, value]) => value !== null);
  return given.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', ');
}

function format(changes: AuditRecord['changes']): string {
  return Object.entries(changes)
    .map(([name, { old, new: after }]) =>
      old === null
        ? `${name}: ${JSON.stringify(after)}`
        : `${name}: ${JSON.stringify(old)} → ${JSON.stringify(after)}`,
    )
    .join(', ');
}
