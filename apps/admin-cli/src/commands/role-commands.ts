import type { Role, RoleGrant } from '@org/authorization';
import { toCanonicalId } from '@org/core';
import type { Command } from 'commander';

import type { CommandServices, PageParams } from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { parseRoleName } from '../option-parsers.ts';
import {
  formatTable,
  messageResult,
  pageResult,
  type Columns,
  type CommandResult,
} from '../output.ts';
import { addPageOptions, addReason } from './add-command.ts';

const resourceType = 'roles';
const PERMISSIONS = '--permission [names...]';
/** Other processes read what roles allow again within this time. */
const SOON = 'The program knows within a second.';

/** A row for each permission, so that no terminal cuts them. */
const ROLE_COLUMNS: Columns<{ readonly name: string; readonly permission: string }> = {
  NAME: ({ name }) => name,
  PERMISSION: ({ permission }) => permission,
};

const GRANT_COLUMNS: Columns<RoleGrant> = {
  ACCOUNT: ({ accountId }) => accountId,
  ROLES: ({ roles }) => roles.join(', '),
  SINCE: ({ updatedAt }) => updatedAt.toISOString(),
};

interface PermissionOptions {
  /** `true`: the option was given without a name. */
  readonly permission: readonly string[] | true;
}

interface GrantListOptions extends PageParams {
  readonly role?: string;
}

export function addRoleCommands(program: Command, perform: Perform): void {
  const group = program.command('roles').description('What staff may do, and who is staff');
  addReadingCommands(group, perform);
  addEditingCommands(group, perform);
  addGrantingCommand(group.command('grant'), perform, {
    description: 'Give an account a role',
    text: ({ role, accountId }) => `Account ${accountId} has the role ${role}. ${SOON}`,
    work: ({ roles }) => roles.grantRole.bind(roles),
  });
  addGrantingCommand(group.command('revoke'), perform, {
    description: 'Take a role from an account',
    text: ({ role, accountId }) => `Account ${accountId} no longer has the role ${role}. ${SOON}`,
    work: ({ roles }) => roles.revokeRole.bind(roles),
  });
}

function addReadingCommands(group: Command, perform: Perform): void {
  group
    .command('list')
    .description('All roles, and what they allow')
    .action(async (_options: object, command: Command) => {
      await perform(command, { resourceType }, async ({ roles }, context) => {
        const items = await roles.listRoles(context);
        const text = (width?: number) => formatTable(items.flatMap(rowsOf), ROLE_COLUMNS, width);
        return { data: { items, nextCursor: null }, text };
      });
    });
  group
    .command('permissions')
    .description('What a role can allow')
    .action(async (_options: object, command: Command) => {
      await perform(command, { resourceType }, async ({ roles: { permissions } }) =>
        messageResult(permissions.join('\n'), permissions),
      );
    });
  const grants = group
    .command('grants')
    .description('Accounts and their roles, newest first')
    .option('--role <name>', 'only those that have it', parseRoleName);
  addPageOptions(grants).action(async (params: GrantListOptions, command: Command) => {
    const subject = { resourceType: 'role_grants', parameters: { ...params } };
    await perform(command, subject, async ({ roles }, context) =>
      pageResult(await roles.listGrants(params, context), GRANT_COLUMNS),
    );
  });
}

function rowsOf({ name, permissions }: Role) {
  return (permissions.length === 0 ? [''] : permissions).map((permission) => ({
    name,
    permission,
  }));
}

function addEditingCommands(group: Command, perform: Perform): void {
  const create = group
    .command('create')
    .description('Make a role')
    .requiredOption(PERMISSIONS, 'what it allows');
  performOnRole(create, perform, async ({ roles }, params, context) => {
    const role = await roles.createRole(params, context);
    return messageResult(`The role ${role.name} is there.`, role);
  });
  const update = group
    .command('update')
    .description('Say anew what a role allows')
    .requiredOption(PERMISSIONS, 'what it allows, in place of that of before');
  performOnRole(update, perform, async ({ roles }, params, context) => {
    const role = await roles.updateRole(params, context);
    return messageResult(`The role ${role.name} is changed. ${SOON}`, role);
  });
  const remove = group.command('remove').description('Remove a role that no account has');
  performOnRole(remove, perform, async ({ roles }, { name }, context) => {
    await roles.removeRole({ name }, context);
    return messageResult(`The role ${name} is removed.`, { name });
  });
}

function performOnRole(
  command: Command,
  perform: Perform,
  work: (
    services: CommandServices,
    params: { readonly name: string; readonly permissions: readonly string[] },
    context: Parameters<CommandServices['roles']['listRoles']>[0],
  ) => Promise<CommandResult>,
): void {
  addReason(command)
    .argument('<name>', 'of the role', parseRoleName)
    .action(async (name: string, { permission }: Partial<PermissionOptions>, called: Command) => {
      const permissions = permission === true ? [] : (permission ?? []);
      const parameters = { name, ...(permission === undefined ? {} : { permissions }) };
      await perform(called, { resourceType, parameters }, (services, context) =>
        work(services, { name, permissions }, context),
      );
    });
}

interface Granting {
  readonly description: string;
  readonly text: (params: { readonly accountId: string; readonly role: string }) => string;
  readonly work: (services: CommandServices) => CommandServices['roles']['grantRole'];
}

function addGrantingCommand(
  command: Command,
  perform: Perform,
  { description, text, work }: Granting,
): void {
  addReason(command)
    .description(description)
    .argument('<account>', 'its id')
    .argument('<role>', 'the name of the role', parseRoleName)
    .action(async (account: string, role: string, _options: object, called: Command) => {
      const accountId = toCanonicalId(account);
      const subject = { resourceType: 'accounts', resourceId: accountId, parameters: { role } };
      await perform(called, subject, async (services, context) => {
        const params = { accountId, role };
        await work(services)(params, context);
        return messageResult(text(params), params);
      });
    });
}
